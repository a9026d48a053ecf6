import type { WebSocket } from 'ws';
import type { BoardFeed, BoardNews } from '../../application/board-feed.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';

/** So much may wait for a slow watcher; beyond, changes are left out and the whole board is sent once it reads again. */
const maxBufferedBytes = 256 * 1024;
const longestStallMs = 30_000;
const beatMs = 15_000;
const lookMs = 500;

export interface BoardSession {
  /** Ends by itself with the socket, or when `untilMs` (monotonic) has passed. */
  readonly ended: Promise<void>;
}

/**
 * One watcher of one board. First comes what it missed since its cursor, or the whole board; then each change. Every
 * message carries the cursor to resume from.
 */
export const startBoardSession = (deps: {
  socket: WebSocket;
  feed: BoardFeed;
  /** An order as this board shows it. */
  present: (order: BoardNews['orders'][number]) => unknown;
  from: number | undefined;
  lifeMs: number;
  clock: Clock;
  log: Logger;
  signal: AbortSignal;
}): BoardSession => {
  const { socket, feed, clock } = deps;
  const closed = new AbortController();
  const over = AbortSignal.any([deps.signal, closed.signal]);
  let held: BoardNews[] | undefined = [];
  let behindSinceMs: number | undefined;
  let isAlive = true;

  const send = (kind: 'quadro' | 'mudancas', { cursor, orders }: BoardNews): void => {
    socket.send(JSON.stringify({ tipo: kind, sequencia: cursor, pedidos: orders.map(deps.present) }));
  };
  const hear = (news: BoardNews): void => {
    if (held !== undefined) held.push(news);
    else if (behindSinceMs === undefined && socket.bufferedAmount <= maxBufferedBytes) send('mudancas', news);
    else behindSinceMs ??= clock.elapsedMs();
  };
  /** What comes while it is read waits, and is sent after it. */
  const begin = async (from: number | undefined): Promise<void> => {
    held ??= [];
    const missed = from === undefined ? undefined : await feed.since(from);
    if (missed === undefined) send('quadro', await feed.snapshot());
    else send('mudancas', missed);
    behindSinceMs = undefined;
    const waiting = held;
    held = undefined;
    for (const news of waiting) hear(news);
  };

  const run = async (): Promise<void> => {
    const endsMs = clock.elapsedMs() + deps.lifeMs;
    await begin(deps.from);
    let beatDueMs = clock.elapsedMs() + beatMs;
    while (!over.aborted) {
      await clock.sleep(lookMs, over);
      if (over.aborted) return;
      const nowMs = clock.elapsedMs();
      if (nowMs >= endsMs) return socket.close(4001, 'identifique-se de novo');
      if (behindSinceMs !== undefined) {
        if (nowMs - behindSinceMs > longestStallMs) return socket.terminate();
        if (socket.bufferedAmount === 0) await begin(undefined);
      } else if (nowMs >= beatDueMs) {
        if (!isAlive) return socket.terminate();
        isAlive = false;
        socket.ping();
        beatDueMs = nowMs + beatMs;
      }
    }
  };

  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => closed.abort());
  socket.on('error', () => socket.terminate());
  const unwatch = feed.watch(hear);
  const ended = run()
    .catch((error: unknown) => {
      deps.log.warn({ error }, 'a board could not be shown');
      socket.close(1011, 'indisponível');
    })
    .finally(() => {
      unwatch();
      if (deps.signal.aborted) socket.close(1001, 'o serviço vai parar');
    });
  return { ended };
};
