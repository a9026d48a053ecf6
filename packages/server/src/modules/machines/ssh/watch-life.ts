import type { Socket } from 'node:net';
import type { Clock } from '../../../kernel/clock.ts';

const lookMs = 5000;
/** Four questions without an answer. */
const silenceMs = 20_000;

/**
 * Ends a connection of which nothing was heard for 20 s, though it is asked every five. Any byte is a sign of life:
 * behind a large upload on a slow link the answer to a question comes late.
 */
export const watchLife = async (
  socket: Pick<Socket, 'bytesRead' | 'destroy'>,
  clock: Clock,
  over: AbortSignal,
): Promise<void> => {
  let heard = socket.bytesRead;
  for (let silentMs = 0; silentMs < silenceMs; silentMs += lookMs) {
    await clock.sleep(lookMs, over);
    if (over.aborted) return;
    if (socket.bytesRead !== heard) silentMs = -lookMs;
    heard = socket.bytesRead;
  }
  socket.destroy();
};
