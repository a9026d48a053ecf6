import { closeSync, openSync, readSync, statSync, watch } from 'node:fs';
import type { ByteSource } from '../executor.ts';

/**
 * Network and some virtual file systems send no events, so a waiting reader also looks by itself this often.
 */
const lookIntervalMs = 250;

/**
 * A log file that grows. Reads are synchronous: the bytes were just written and lie in the page cache, where a
 * read costs some microseconds and a trip through the thread pool ten times as much.
 */
export const logFile = (
  path: string,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
): ByteSource => ({
  read: async (offset, maxBytes) => {
    const size = sizeOf(path);
    if (size <= offset) return new Uint8Array();
    const bytes = Buffer.allocUnsafe(Math.min(maxBytes, size - offset));
    const fd = openSync(path, 'r');
    try {
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, offset));
    } finally {
      closeSync(fd);
    }
  },
  get size() {
    return sizeOf(path);
  },
  grown: async (offset, signal) => {
    const hasGrown = (): boolean => sizeOf(path) > offset;
    if (signal.aborted || hasGrown()) return;
    const done = new AbortController();
    const stop = (): void => done.abort();
    signal.addEventListener('abort', stop, { once: true });
    // One watch for one wait: a flood of writes between two waits costs no events at all.
    const watcher = watchFor(path, () => {
      if (hasGrown()) done.abort();
    });
    try {
      while (!done.signal.aborted && !hasGrown()) await sleep(lookIntervalMs, done.signal);
    } finally {
      watcher?.close();
      signal.removeEventListener('abort', stop);
    }
  },
});

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Undefined where the system has no watches left; the caller's own looks remain. */
const watchFor = (path: string, changed: () => void): { close(): void } | undefined => {
  try {
    const watcher = watch(path, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
};
