import { byUrgency, type Order } from '../domain/order.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../lib/log.ts';
import type { BoardChange, BoardStore } from './board-store.ts';
import type { OrderReader } from './order-store.ts';
import type { Signals } from './signals.ts';

/** News for the boards: orders as they are now, so that hearing of one twice does no harm. */
export interface BoardNews {
  /** Below and at this number nothing can come any more: what a watcher resumes from. */
  readonly cursor: number;
  readonly orders: readonly Order[];
}

export interface BoardFeed extends AsyncDisposable {
  /** `hear` is called with what happens from now on; answers how to stop. */
  watch(hear: (news: BoardNews) => void): () => void;
  /** All that is on the boards. */
  snapshot(): Promise<BoardNews>;
  /** What happened since a cursor; undefined where that is too long ago to be told, or no cursor of ours. */
  since(cursor: number): Promise<BoardNews | undefined>;
}

const pollMs = 1000;
const batch = 500;
const maxOnBoards = 2000;
/** No transaction lasts as long: a number that is still missing then was rolled back. */
const longestCommitMs = 40_000;

/** An order that changed several times is told once; in the order of the boards. */
const newestOf = (changes: readonly BoardChange[]): readonly Order[] =>
  [...new Map(changes.map(({ order }) => [order.id, order])).values()].toSorted(byUrgency);

export const createBoardFeed = (deps: {
  board: BoardStore;
  orders: Pick<OrderReader, 'listOnBoards'>;
  clock: Clock;
  log: Logger;
  signals: Signals;
}): BoardFeed => {
  const { board, clock } = deps;
  const watchers = new Set<(news: BoardNews) => void>();
  const stop = new AbortController();
  let woken = new AbortController();
  const unlisten = deps.signals.listen('boards', () => woken.abort());
  /** Numbers become visible out of order: those above the cursor that were told already. */
  const told = new Set<number>();
  let cursor = 0;
  /** Since when the numbers right above the cursor are missing. */
  let missingSinceMs: number | undefined;

  const settle = (): void => {
    for (;;) {
      if (told.delete(cursor + 1)) {
        cursor += 1;
        missingSinceMs = undefined;
      } else if (told.size === 0) {
        missingSinceMs = undefined;
        return;
      } else {
        missingSinceMs ??= clock.elapsedMs();
        if (clock.elapsedMs() - missingSinceMs < longestCommitMs) return;
        missingSinceMs = undefined;
        cursor = Math.min(...told) - 1;
      }
    }
  };

  const look = async (): Promise<boolean> => {
    // Those above a missing number are read again each time, so the limit grows with them.
    const limit = batch + told.size;
    const changes = await board.changesAfter(cursor, limit);
    const news = changes.filter(({ sequence }) => !told.has(sequence));
    for (const { sequence } of news) told.add(sequence);
    settle();
    if (news.length > 0) {
      const orders = newestOf(news);
      for (const hear of watchers) hear({ cursor, orders });
    }
    return changes.length === limit;
  };

  /** What was before is in the snapshots of those who come now. */
  const begin = async (): Promise<void> => {
    const { last } = await board.bounds();
    cursor = Math.max(0, last - batch);
    for (const { sequence } of await board.changesAfter(cursor, batch)) told.add(sequence);
    settle();
  };

  const begun = Promise.withResolvers<void>();
  const running = (async () => {
    let hasBegun = false;
    while (!stop.signal.aborted) {
      woken = new AbortController();
      const { signal } = woken;
      try {
        if (!hasBegun) {
          await begin();
          hasBegun = true;
          begun.resolve();
        }
        if (watchers.size > 0 && (await look())) continue;
      } catch (error) {
        deps.log.warn({ error }, 'the boards cannot be read');
        await clock.sleep(pollMs, stop.signal);
      }
      await clock.sleep(pollMs, AbortSignal.any([stop.signal, signal]));
    }
    begun.resolve();
  })();

  return {
    watch: (hear) => {
      watchers.add(hear);
      woken.abort();
      return () => {
        watchers.delete(hear);
      };
    },
    snapshot: async () => {
      await begun.promise;
      // Read before the orders: what comes between is told once more, not missed.
      const before = cursor;
      return { cursor: before, orders: await deps.orders.listOnBoards({ limit: maxOnBoards, offset: 0 }) };
    },
    since: async (from) => {
      await begun.promise;
      const before = cursor;
      const { first, last } = await board.bounds();
      if (from > last || from < first - 1) return undefined;
      const changes = await board.changesAfter(from, batch);
      if (changes.length === batch) return undefined;
      return { cursor: Math.max(from, before), orders: newestOf(changes) };
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      unlisten();
      await running;
    },
  };
};
