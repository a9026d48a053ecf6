/** The browser's time and chance: the only file of the pages that reads them. */

export const nowMs = (): number => Date.now();

/** Calls back once; the answer cancels it. */
export const after = (delayMs: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
};

/** Calls back again and again, first at once; a call that still runs is waited for. */
export const repeat = (everyMs: number, work: () => Promise<void>): (() => void) => {
  let isOver = false;
  let cancel: (() => void) | undefined;
  const run = async (): Promise<void> => {
    await work();
    if (!isOver) cancel = after(everyMs, () => void run());
  };
  void run();
  return () => {
    isOver = true;
    cancel?.();
  };
};

/** A key for one intent, kept over its retries. Not `randomUUID`: browsers withhold that from plain HTTP. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
