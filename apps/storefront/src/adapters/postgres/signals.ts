import pg from 'pg';
import type { Signals, Topic } from '../../application/signals.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { Executor } from './database.ts';

export const channelOf = (topic: Topic): string => `storefront_${topic}`;
const topics: readonly Topic[] = ['work', 'boards', 'menu', 'payment'];

/**
 * Commits that notify wait for each other, each for its own write to the disk: so nothing is told inside of
 * the many small transactions, but afterwards, and what came up within this time is told together.
 */
const gatherMs = 20;
const longestPauseMs = 2000;

type Handler = (id: string | undefined) => void;

export const createSignals = (deps: {
  url: string;
  db: Executor;
  clock: Clock;
  log: Logger;
}): Signals & AsyncDisposable => {
  const { clock, log } = deps;
  const handlers = new Map<Topic, Set<Handler>>(topics.map((topic) => [topic, new Set()]));
  const stop = new AbortController();
  let client: pg.Client | undefined;
  const waiting = new Map<string, { topic: Topic; id: string }>();
  let telling: Promise<void> | undefined;

  const hand = (topic: Topic, id: string | undefined): void => {
    for (const handler of handlers.get(topic) ?? []) handler(id);
  };

  const tellOthers = async (): Promise<void> => {
    await clock.sleep(gatherMs, stop.signal);
    const all = [...waiting.values()];
    waiting.clear();
    telling = undefined;
    const told = [all.map(({ topic }) => channelOf(topic)), all.map(({ id }) => id)];
    await deps.db
      .query('SELECT pg_notify(channel, id) FROM unnest($1::text[], $2::text[]) AS told(channel, id)', told)
      .catch((error: unknown) => log.warn({ error }, 'other replicas could not be told'));
  };

  const connect = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: deps.url,
      keepAlive: true,
      application_name: 'storefront signals',
    });
    const lost = new Promise<void>((resolve) => {
      next.once('end', resolve);
      next.on('error', () => resolve());
    });
    next.on('notification', ({ channel, payload }) => {
      const topic = topics.find((each) => channelOf(each) === channel);
      if (topic !== undefined) hand(topic, payload === '' ? undefined : payload);
    });
    await next.connect();
    for (const topic of topics) await next.query(`LISTEN ${channelOf(topic)}`);
    // Stopped while connecting: nobody else would end this connection.
    if (stop.signal.aborted) return next.end();
    client = next;
    // Whatever was told while nobody listened.
    for (const topic of topics) hand(topic, undefined);
    await lost;
    client = undefined;
    await next.end().catch(() => undefined);
  };

  const running = (async () => {
    let failures = 0;
    while (!stop.signal.aborted) {
      try {
        await connect();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ error }, 'the connection for signals is lost');
      }
      await clock.sleep(Math.min(longestPauseMs, 50 * 2 ** failures), stop.signal);
    }
  })();

  return {
    tell: (topic, id) => {
      hand(topic, id);
      waiting.set(`${topic} ${id ?? ''}`, { topic, id: id ?? '' });
      if (!stop.signal.aborted) telling ??= tellOthers();
    },
    listen: (topic, handler) => {
      handlers.get(topic)?.add(handler);
      return () => {
        handlers.get(topic)?.delete(handler);
      };
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await telling;
      await client?.end().catch(() => undefined);
      await running;
    },
  };
};
