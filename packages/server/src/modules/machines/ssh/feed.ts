import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/**
 * Gives a program its stdin as fast as it takes it, then the end. Stops when the program is over: it need not have
 * read everything. Rejects when the input breaks, without giving the end.
 */
export const feed = async (
  channel: ClientChannel,
  input: Readable | undefined,
  over: AbortSignal,
): Promise<void> => {
  const stop = (): void => void input?.destroy();
  over.addEventListener('abort', stop);
  try {
    if (input !== undefined)
      for await (const chunk of input) {
        if (over.aborted) return;
        // The library never calls back for what is written to a channel that has closed.
        if (!channel.write(chunk)) await once(channel, 'drain', { signal: over });
      }
    channel.end();
  } catch (error) {
    if (!over.aborted) throw error;
  } finally {
    over.removeEventListener('abort', stop);
  }
};
