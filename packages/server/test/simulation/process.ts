import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import type { Clock } from '../../src/kernel/clock.ts';
import type { Database } from '../../src/kernel/db/database.ts';
import type { Notifications } from '../../src/kernel/db/notifications.ts';
import type { DB } from '../../src/kernel/db/schema.gen.ts';

/** When a process is killed: at one of its statements, before it is sent or after it took effect. */
export interface Doom {
  readonly atStatement: number;
  readonly when: 'before' | 'after';
}

/**
 * What one server process has of the world. When it is killed, nothing of it goes on: no statement is sent, no
 * request, and nobody in it ever wakes again; its connection breaks, and with it its transaction.
 */
export interface Process extends AsyncDisposable {
  readonly db: Database;
  readonly notifications: Notifications;
  /** Of its host: `aheadMs` of the world's. */
  readonly clock: Clock & { aheadMs: number };
  readonly isDead: boolean;
  /** Of its connection, as PostgreSQL numbers it. */
  readonly backend: number;
  /** Statements that are under way. */
  readonly busy: number;
  readonly statements: number;
  /** Guards what reaches out of the process. */
  alive<T>(work: () => T): T | Promise<never>;
  kill(): Promise<void>;
}

const never = new Promise<never>(() => undefined);

/** Of bytes only how many: what is sealed is sealed with chance that no seed knows. */
const showBytes = function (this: Readonly<Record<string, unknown>>, key: string, shown: unknown): unknown {
  const given = this[key];
  return Buffer.isBuffer(given) ? `${given.length} bytes` : shown;
};
const connectionOptions =
  '-c search_path=app -c timezone=UTC -c synchronous_commit=off -c idle_in_transaction_session_timeout=15000';

export const startProcess = async (world: {
  readonly url: string;
  readonly clock: Clock;
  readonly doom: Doom | undefined;
  readonly aheadMs?: number | undefined;
  /** Hears each statement with its values, before it is sent. */
  readonly onStatement: ((statement: string) => void) | undefined;
  /** Called when a statement has ended. */
  readonly onDone: () => void;
}): Promise<Process> => {
  const client = new pg.Client({ connectionString: world.url, options: connectionOptions });
  client.on('error', () => undefined);
  await client.connect();
  const state = { isDead: false, busy: 0, statements: 0 };
  const handlers = new Map<string, Set<(payload: string | undefined) => void>>();
  client.on('notification', ({ channel, payload }) => {
    if (!state.isDead) for (const handler of handlers.get(channel) ?? []) handler(payload);
  });
  const kill = async (): Promise<void> => {
    if (state.isDead) return;
    state.isDead = true;
    state.busy = 0;
    world.onDone();
    // As a killed process leaves it: without a goodbye.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await Promise.resolve();
  };

  const names = new Map<string, string>();
  const send = (text: unknown, values: unknown): Promise<unknown> => {
    if (typeof text !== 'string') return client.query(text as string);
    const name = names.get(text) ?? `s${names.size}`;
    names.set(text, name);
    return client.query(Array.isArray(values) && values.length > 0 ? { text, values, name } : { text });
  };
  const query = async (text: unknown, values?: unknown): Promise<unknown> => {
    if (state.isDead) return never;
    state.statements += 1;
    world.onStatement?.(`${String(text)} ${JSON.stringify(values ?? [], showBytes)}`);
    const isDoomed = state.statements === world.doom?.atStatement;
    if (isDoomed && world.doom?.when === 'before') {
      void kill();
      return never;
    }
    state.busy += 1;
    let answer: unknown;
    try {
      answer = await send(text, values);
      if (isDoomed) void kill();
    } catch (error) {
      if (!state.isDead) throw error;
    } finally {
      if (!state.isDead) state.busy -= 1;
      world.onDone();
    }
    return state.isDead ? never : answer;
  };
  // One connection, taken by one user after the other.
  let turn: Promise<void> = Promise.resolve();
  const pool: PostgresPool = {
    connect: async () => {
      const before = turn;
      const mine = Promise.withResolvers<void>();
      turn = mine.promise;
      state.busy += 1;
      await before;
      if (!state.isDead) state.busy -= 1;
      world.onDone();
      if (state.isDead) return never;
      return { query: query as never, release: () => mine.resolve() };
    },
    end: async () => undefined,
    options: {},
  };
  return {
    db: new Kysely<DB>({ dialect: new PostgresDialect({ pool }) }),
    notifications: {
      listen: (channel, handler) => {
        const all = handlers.get(channel) ?? new Set();
        handlers.set(channel, all.add(handler));
        if (all.size === 1)
          void client.query(`LISTEN ${pg.escapeIdentifier(channel)}`).catch(() => undefined);
        return () => {
          all.delete(handler);
        };
      },
      [Symbol.asyncDispose]: async () => undefined,
    },
    clock: {
      aheadMs: world.aheadMs ?? 0,
      now() {
        return new Date(world.clock.now().getTime() + this.aheadMs);
      },
      elapsedMs: () => world.clock.elapsedMs(),
      sleep: async (ms, signal) => {
        if (state.isDead) return never;
        await world.clock.sleep(ms, signal);
        return state.isDead ? never : undefined;
      },
    },
    backend: (client as unknown as { processID: number }).processID,
    get isDead() {
      return state.isDead;
    },
    get busy() {
      return state.isDead ? 0 : state.busy;
    },
    get statements() {
      return state.statements;
    },
    alive: (work) => (state.isDead ? never : work()),
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await client.end().catch(() => undefined);
    },
  };
};
