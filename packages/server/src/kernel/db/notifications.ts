import pg from 'pg';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

/** Wake-ups between replicas. They carry ids only: the row is the truth, and a wake-up may be lost. */
export interface Notifications extends AsyncDisposable {
  /**
   * `handler` gets the payload, or undefined once it is listened for, and after each gap: anything may have happened
   * before.
   */
  listen(channel: string, handler: (payload: string | undefined) => void): () => void;
}

export const createNotifications = (deps: { url: string; clock: Clock; log: Logger }): Notifications => {
  const handlers = new Map<string, Set<(payload: string | undefined) => void>>();
  const stop = new AbortController();
  let client: pg.Client | undefined;

  /** A connection is asked one thing after the other. */
  let asked = Promise.resolve();
  const listenTo = (channel: string): Promise<void> =>
    (asked = asked.then(async () => {
      await client?.query(`LISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
    }));

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: deps.url, keepAlive: true });
    const lost = new Promise<void>((resolve) => {
      next.once('end', resolve);
      next.on('error', () => resolve());
    });
    next.on('notification', ({ channel, payload }) => {
      for (const handler of handlers.get(channel) ?? []) handler(payload);
    });
    await next.connect();
    // Disposed while connecting: nobody else would end this connection.
    if (stop.signal.aborted) {
      await next.end();
      return;
    }
    client = next;
    for (const channel of handlers.keys()) await listenTo(channel);
    for (const all of handlers.values()) for (const handler of all) handler(undefined);
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
        if (failures === 1) deps.log.warn({ error }, 'the notification connection is lost; trying again');
      }
      if (!stop.signal.aborted) await deps.clock.sleep(Math.min(2000, 50 * 2 ** failures), stop.signal);
    }
  })();

  return {
    listen: (channel, handler) => {
      const all = handlers.get(channel) ?? new Set();
      handlers.set(channel, all.add(handler));
      // Before the connection is there, that asks for it and tells all.
      if (client !== undefined)
        void listenTo(channel).then(() => {
          if (all.has(handler)) handler(undefined);
        });
      return () => {
        all.delete(handler);
      };
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await client?.end().catch(() => undefined);
      await running;
    },
  };
};
