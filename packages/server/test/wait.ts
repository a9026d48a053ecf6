import { setTimeout as delay } from 'node:timers/promises';
import { slowness } from './slowness.ts';

/** Polls until `probe` answers something; fails loudly after `timeoutMs`, and after longer where the host is slow. */
export const waitFor = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
): Promise<T> => {
  const startedMs = performance.now();
  let allowedMs = timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    const tookMs = performance.now() - startedMs;
    if (tookMs > allowedMs) {
      if (allowedMs === timeoutMs) allowedMs = timeoutMs * slowness();
      if (tookMs > allowedMs) throw new Error(`waited ${Math.round(tookMs)} ms in vain for ${what}`);
    }
    await delay(10);
  }
};
