import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import type { Notifications } from '../db/notifications.ts';
import type { Logger } from '../log.ts';
import { sleepUnless } from '../sleep-unless.ts';
import { createEpochs } from './epochs.ts';
import { createEventStore, epochEvent } from './event-store.ts';
import type { Events, StoredEvent, TopicSource } from './events.ts';

const channel = 'dumont_events';
/** Longer than any transaction of ours lives (15 s idle): a number missing for so long was rolled back. */
const gapMs = 20_000;
const retentionMs = 24 * 3600 * 1000;
const pageSize = 1000;

export interface EventStream extends Events, AsyncDisposable {
  topic(name: string): TopicSource | undefined;
  /**
   * Whether everything after `seq` can still be read. Not where it was deleted by age, nor where the database
   * was restored to a time before `seq`: which is known for certain where its epoch is given as well.
   */
  isKeptAfter(seq: number, epoch?: string): Promise<boolean>;
  /** What goes with a number, for `isKeptAfter` to be asked by who comes back with both. */
  epochAt(seq: number): string;
}

/**
 * The event stream of this replica. Sequence numbers are given before commit, so they become visible out of
 * order: the reader delivers what it sees at once, remembers the numbers that are missing, and reports as
 * `position` the number below which nothing can come any more.
 */
export const createEventStream = async (deps: {
  db: Database;
  notifications: Notifications;
  clock: Clock;
  log: Logger;
}): Promise<EventStream> => {
  const { clock, log } = deps;
  const store = createEventStore(deps.db);
  const handlers = new Set<(events: readonly StoredEvent[]) => void>();
  const topics = new Map<string, TopicSource>();
  const missing = new Map<number, number>();
  const stop = new AbortController();
  await store.beginEpoch(clock.now(), channel);
  let highest = await store.lastSeq();
  const epochs = createEpochs(await store.readEpochs());
  let woken = Promise.withResolvers<void>();
  const unlisten = deps.notifications.listen(channel, () => woken.resolve());

  const position = (): number => {
    let lowest = highest + 1;
    for (const seq of missing.keys()) lowest = Math.min(lowest, seq);
    return lowest - 1;
  };

  const noteGaps = (events: readonly StoredEvent[]): void => {
    for (const event of events) {
      missing.delete(event.seq);
      for (let seq = highest + 1; seq < event.seq && event.seq - highest < pageSize * 10; seq += 1) {
        missing.set(seq, clock.elapsedMs());
      }
      highest = Math.max(highest, event.seq);
    }
    for (const [seq, sinceMs] of missing) if (clock.elapsedMs() - sinceMs > gapMs) missing.delete(seq);
  };

  const read = async (): Promise<boolean> => {
    const late = missing.size === 0 ? [] : await store.readSeqs([...missing.keys()]);
    const fresh = await store.readAfter(highest, pageSize);
    const events = [...late, ...fresh];
    noteGaps(events);
    for (const { name, seq, entityId, subject } of events)
      if (name === epochEvent) epochs.add({ seq, id: entityId, follows: Number(subject) });
    const told = events.filter(({ name }) => name !== epochEvent);
    if (told.length > 0) {
      for (const handler of handlers) {
        try {
          handler(told);
        } catch (error) {
          log.error({ error }, 'an event handler failed');
        }
      }
    }
    return fresh.length === pageSize;
  };

  const running = (async () => {
    let cleanedMs = -Infinity;
    while (!stop.signal.aborted) {
      woken = Promise.withResolvers();
      try {
        if (await read()) continue;
        if (clock.elapsedMs() - cleanedMs > 600_000) {
          cleanedMs = clock.elapsedMs();
          await store.deleteBefore(new Date(clock.now().getTime() - retentionMs));
        }
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ error }, 'reading events failed; trying again');
      }
      await sleepUnless(clock, missing.size > 0 ? 50 : 1000, woken.promise, stop.signal);
    }
  })();

  return {
    publish: (executor, event) => store.insert(executor, event, clock.now(), channel),
    publishChange: (executor, change, event, wakes) =>
      store.change(executor, { change, event, at: clock.now(), channel, wakes }),
    subscribe: (handler) => {
      handlers.add(handler);
      return () => {
        handlers.delete(handler);
      };
    },
    // With the events that begin epochs: to who keeps a cursor, a number left out is one that is still to come.
    readAfter: (seq, limit) => store.readAfter(seq, limit),
    epochAt: (seq) => epochs.idAt(seq),
    get position() {
      return position();
    },
    registerTopic: (topic, source) => {
      topics.set(topic, source);
    },
    topic: (name) => topics.get(name),
    isKeptAfter: async (seq, epoch) => {
      if (epoch !== undefined && !epochs.holds(seq, epoch)) return false;
      const kept = await store.findKept();
      return kept === undefined ? seq === position() : kept.first <= seq + 1 && seq <= kept.last;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      unlisten();
      woken.resolve();
      await running;
    },
  };
};
