/** Time as the agent sees it, so that tests move it by hand. */
export interface Clock {
  now(): Date;
  /** Monotonic milliseconds. */
  elapsedMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
