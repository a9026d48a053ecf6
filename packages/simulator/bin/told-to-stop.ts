/**
 * Settles when this program is told to stop: by a signal, or by the end of its stdin, whose other end is held by who
 * started it. To be asked for before the program says that it is ready: who reads that may tell it at once.
 */
export const toldToStop = (options: { readonly untilStdinEnds?: boolean } = {}): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (options.untilStdinEnds === true) process.stdin.resume().once('close', () => resolve());
  });
