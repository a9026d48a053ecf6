import type { Host } from '../host.ts';

/** No answer of ours takes longer to begin: a test of a credential is bounded by less. */
export const answerTimeoutMs = 60_000;

/**
 * `fetch` that gives up when no answer begins within a minute. What follows the headers may take its time
 * (downloads). Ends at once when the user interrupts, unless `uninterrupted`.
 */
export const createFetch =
  (host: Host, options: { uninterrupted?: boolean } = {}): typeof globalThis.fetch =>
  async (input, init) => {
    const tooLong = new AbortController();
    const answered = new AbortController();
    void host.clock.sleep(answerTimeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) {
        tooLong.abort(new Error(`no answer came within ${answerTimeoutMs / 1000} s`));
      }
    });
    const signals = [tooLong.signal];
    if (options.uninterrupted !== true) signals.push(host.interrupted);
    if (init?.signal) signals.push(init.signal);
    try {
      return await globalThis.fetch(input, { ...init, signal: AbortSignal.any(signals) });
    } finally {
      answered.abort();
    }
  };
