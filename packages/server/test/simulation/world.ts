import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { createCloud, type Cloud, type CloudEvent } from '@dumont/simulator/cloud';
import { createFaults, faultProfiles, type Faults } from '@dumont/simulator/faults';
import { createVast, type Vast } from '@dumont/simulator/vast';
import { createEventStore } from '../../src/kernel/events/event-store.ts';
import type { Events } from '../../src/kernel/events/events.ts';
import type { Caller } from '../../src/kernel/access/caller.ts';
import { createLogger } from '../../src/kernel/log.ts';
import { createOutbound } from '../../src/kernel/outbound/outbound.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createVault } from '../../src/kernel/vault/vault.ts';
import { createVaultStore } from '../../src/kernel/vault/vault-store.ts';
import { createMarket, ProviderError } from '../../src/modules/market/index.ts';
import { createBeatStore } from '../../src/modules/machines/agent/beat-store.ts';
import { createBeats } from '../../src/modules/machines/agent/beats.ts';
import { createJudgeIdle } from '../../src/modules/machines/agent/judge.ts';
import { createSampleStore } from '../../src/modules/machines/agent/sample-store.ts';
import { createLedger } from '../../src/modules/machines/ledger/ledger.ts';
import type { MachineSettings } from '../../src/modules/machines/engine-deps.ts';
import { createLifeCycle } from '../../src/modules/machines/life-cycle.ts';
import type { TellOwner } from '../../src/modules/machines/owner-mail.ts';
import { createMemoryFile } from '../../src/modules/market/market-test-kit.ts';
import type { TestDatabase } from '../database.ts';
import { createTestClock, type TestClock } from '../test-clock.ts';
import { startProcess, type Doom, type Process } from './process.ts';
import { createChance, createSeededRandom, type Chance } from './seeded.ts';
import { createVirtualBodies, type VirtualBodies } from './virtual-bodies.ts';
import { createVirtualSnapshots, type VirtualSnapshots } from './virtual-snapshots.ts';

const apiKey = 'account-key-0123456789abcdef';
const simulatorUrl = 'http://simulator.example';
const installationId = '0192aaaa-0000-7000-8000-000000000001';

export interface WorldOptions {
  readonly database: TestDatabase;
  readonly seed: number;
  /** A profile of the simulator's faults. */
  readonly faults: string;
  /** The share of bad hosts. */
  readonly badShare: number;
  /** The product's own unless given. */
  readonly settings?: Partial<MachineSettings>;
  /** Hears what owners are mailed. */
  readonly tellOwner?: TellOwner;
  /** The id is taken and kept as in a product that is given none: in the database, and in a file beside it. */
  readonly keepsOwnId?: boolean;
  /** What each server asked of the database is written down. */
  readonly keepsJournal?: boolean;
}

/** One server process: the market, and the life of machines, as the product runs them. */
export interface Server {
  readonly process: Process;
  readonly market: Awaited<ReturnType<typeof createMarket>>;
  readonly lifeCycle: ReturnType<typeof createLifeCycle>;
  readonly beats: ReturnType<typeof createBeats>;
  readonly ledger: ReturnType<typeof createLedger>;
}

export interface World extends AsyncDisposable {
  readonly clock: TestClock;
  readonly chance: Chance;
  readonly cloud: Cloud;
  readonly vast: Vast;
  readonly faults: Faults;
  readonly bodies: VirtualBodies;
  readonly snapshots: VirtualSnapshots;
  readonly caller: Caller;
  readonly database: TestDatabase;
  /** What went on, line by line. */
  readonly trace: string[];
  /** The trace, and between its lines each statement of the servers: the same for the same seed. Empty unless kept. */
  readonly journal: string[];
  readonly installationId: string;
  /** A day later, when everything is charged: by contract, what the ledger says of it in micro-dollars. */
  collectCharges(): Promise<ReadonlyMap<string, number>>;
  readonly refusedAsTooFrequent: () => number;
  onCloudEvent(handler: (event: CloudEvent) => void): void;
  /** `aheadMs`: by so much the clock of its host differs. */
  startServer(doom: Doom | undefined, aheadMs?: number): Promise<Server>;
  /** Lets time pass, from one thing that is due to the next, until then or until the condition holds. */
  pass(untilMs: number, isOver?: () => boolean): Promise<void>;
  tell(line: string): void;
}

/** Everything that a history leaves behind, of the database that the next one takes over. */
const tables =
  'machine_samples, machine_sample_minutes, machine_events, machine_sleeps, ledger_lines, rentals, machine_operations, ' +
  'machines, reconciliations, ledger_accounts, events, installation, former_installations, provider_listings, ' +
  'provider_machines, provider_paces, provider_accounts, market_watches, price_samples, host_attempts, hosts, ' +
  'idempotency_keys, data_keys';

export const resetDatabase = async (database: TestDatabase): Promise<void> => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'app'`,
  );
  const present = new Set(rows.map(({ name }) => name));
  const known = tables.split(', ').filter((name) => present.has(name));
  await database.pool.query(`TRUNCATE ${known.join(', ')} CASCADE`);
};

/** Events are written as they are; nobody in a history reads them, and reading would cost a statement a second. */
const createWriteOnlyEvents = ({ db, clock }: Process): Events => {
  const store = createEventStore(db);
  const channel = 'events';
  return {
    publish: (executor, event) => store.insert(executor, event, clock.now(), channel),
    publishChange: (executor, change, event, wakes) =>
      store.change(executor, { change, event, at: clock.now(), channel, wakes }),
    subscribe: () => () => undefined,
    readAfter: (seq, limit) => store.readAfter(seq, limit),
    position: 0,
    registerTopic: () => undefined,
  };
};

export const createWorld = async (options: WorldOptions): Promise<World> => {
  const { database, seed } = options;
  await resetDatabase(database);
  const clock = createTestClock();
  const nowMs = (): number => clock.now().getTime();
  const chance = createChance(seed);
  const random = createSeededRandom(seed, nowMs);
  const trace: string[] = [];
  const journal: string[] = [];
  const startMs = nowMs();
  const timed = (line: string): string =>
    `${((nowMs() - startMs) / 1000).toFixed(1).padStart(9)} ${line.replaceAll(/\s+/g, ' ')}`;
  const isWritten = options.keepsJournal === true;
  const tell = (line: string): void => {
    const told = timed(line);
    trace.push(told);
    if (isWritten) journal.push(told);
  };
  const onStatement = isWritten
    ? (statement: string): void => void journal.push(timed(`sql: ${statement}`))
    : undefined;

  const listeners: ((event: CloudEvent) => void)[] = [];
  const cloud = createCloud(
    {
      seed,
      startMs,
      accounts: [{ username: 'dumont', apiKey }],
      market: { badShare: options.badShare, machines: 160 },
    },
    (event) => {
      tell(`cloud: ${event.contractId} ${event.kind}`);
      for (const listener of listeners) listener(event);
    },
  );
  const plan = faultProfiles[options.faults];
  if (plan === undefined) throw new Error(`there is no profile ${options.faults}`);
  const faults = createFaults({ seed, cloud, plan });
  const vast = createVast({ cloud, now: nowMs, hasLimits: true, faults });

  const projectId = random.id();
  // TRUNCATE would empty every table that refers to it, which takes fifty milliseconds.
  await database.pool.query(`DELETE FROM projects`);
  await database.pool.query(
    `INSERT INTO projects (id, name, description, is_default, created_at) VALUES ($1, 'home', '', true, now())`,
    [projectId],
  );
  const caller: Caller = {
    userId: random.id(),
    name: 'Ada',
    email: 'ada@example.org',
    installation: new Set(['*']),
    projects: new Map([[projectId, new Set(['*'])]]),
    defaultProjectId: projectId,
    sessionId: undefined,
  };

  const bodies = createVirtualBodies(cloud, nowMs);
  const snapshots = createVirtualSnapshots({
    cloud,
    nowMs,
    chance: createChance(seed + 1),
    failureRate: () => (options.faults === 'none' ? 0 : 0.08),
  });

  let tooFrequent = 0;
  const log = createLogger((process.env['DUMONT_TEST_LOG'] as 'info' | undefined) ?? 'silent');
  const file = createMemoryFile();
  const processes: Process[] = [];
  const busy = (): number => processes.reduce((sum, one) => sum + one.busy, 0) + asking.count;
  let ended = Promise.withResolvers<void>();
  const onDone = (): void => {
    ended.resolve();
    ended = Promise.withResolvers();
  };
  /** Questions of the world itself, beside those of its processes. */
  const asking = { count: 0 };
  const pool = database.pool as unknown as { query(...given: unknown[]): Promise<unknown> };
  const query = pool.query.bind(database.pool);
  pool.query = async (...given) => {
    asking.count += 1;
    try {
      return await query(...given);
    } finally {
      asking.count -= 1;
      onDone();
    }
  };

  /** Whatever can be done at this time is done: no statement is under way, and none follows. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 4;) {
      if (busy() > 0) {
        quiet = 0;
        await ended.promise;
      } else {
        quiet += 1;
        await turn();
      }
    }
  };

  /** What a killed process had locked is free: until then its successor would skip it, or not, as it happens. */
  const untilBackendsEnd = async (): Promise<void> => {
    const backends = processes.map(({ backend }) => backend);
    for (;;) {
      const { rows } = (await query(`SELECT 1 FROM pg_stat_activity WHERE pid = ANY($1)`, [backends])) as {
        rows: unknown[];
      };
      if (rows.length === 0) return;
      await delay(2);
    }
  };

  const start = async (doom: Doom | undefined, aheadMs?: number): Promise<Process> => {
    asking.count += 1;
    if (processes.every(({ isDead }) => isDead)) await untilBackendsEnd();
    const process = await startProcess({
      url: database.url,
      clock,
      doom,
      aheadMs,
      onStatement,
      onDone,
    }).finally(() => {
      asking.count -= 1;
      onDone();
    });
    processes.push(process);
    return process;
  };

  const build = async (process: Process): Promise<Server> => {
    const { db, notifications } = process;
    const own = { db, notifications, clock: process.clock, random, log };
    const events = createWriteOnlyEvents(process);
    const vault = await createVault(Buffer.alloc(32, 7), createVaultStore(db));
    const market = await createMarket({
      ...own,
      events,
      vault,
      outbound: createOutbound({ allow: [], clock: systemClock, log }),
      defaultProjectId: projectId,
      installationFile: file,
      givenInstallationId: options.keepsOwnId === true ? undefined : installationId,
      configuredAccount: { name: 'Vast', kind: 'vast', url: simulatorUrl, apiKey },
      sendTo: () => async (request, signal) =>
        process.alive(() => {
          signal.throwIfAborted();
          const { pathname, search } = new URL(request.url);
          const answer = vast.handle({
            method: request.method,
            url: pathname + search,
            headers: request.headers,
            body: request.body ?? '',
          });
          const outcome = answer === 'lost' ? 'lost' : String(answer.status);
          if (request.call !== 'list') tell(`${request.method} ${pathname} ${outcome}`);
          if (answer === 'lost') throw new ProviderError('blind', request.call, 'no answer');
          if (answer.status === 429) tooFrequent += 1;
          return answer;
        }),
    });
    const ledger = createLedger({ ...own, market: market.api });
    const beats = createBeats({ ...own, store: createBeatStore(db) });
    const lifeCycle = createLifeCycle({
      ...own,
      vault,
      events,
      market: market.api,
      snapshots: snapshots.port(process),
      reach: bodies.reach(process.clock, process.alive),
      judgeIdle: createJudgeIdle({
        samples: createSampleStore(db),
        hasRun: async () => false,
        clock: process.clock,
      }),
      makeKeys: async (id) => ({
        ssh_public_key: `ssh-ed25519 ${Buffer.from(id).toString('base64')} dumont`,
        ssh_private_key: Buffer.from(id),
      }),
      costOf: async () => new Map(),
      checkSnapshot: async () => undefined,
      pollMs: 60_000,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
      ...(options.tellOwner === undefined ? {} : { tellOwner: options.tellOwner }),
    });
    return { process, market, lifeCycle, beats, ledger };
  };

  const pass = async (untilMs: number, isOver: () => boolean = () => false): Promise<void> => {
    for (;;) {
      await settle();
      const leftMs = untilMs - nowMs();
      if (leftMs <= 0 || isOver()) return;
      const nextMs = Math.min(clock.untilNextMs ?? leftMs, leftMs, (cloud.nextAtMs() ?? untilMs) - nowMs());
      clock.advance(Math.max(1, nextMs));
      cloud.advanceTo(nowMs());
    }
  };

  return {
    clock,
    chance,
    cloud,
    vast,
    faults,
    bodies,
    snapshots,
    caller,
    database,
    trace,
    journal,
    tell,
    installationId,
    collectCharges: async () => {
      clock.advance(26 * 3_600_000);
      cloud.advanceTo(nowMs());
      faults.setPlan({ rates: [] });
      const process = await start(undefined);
      const { ledger } = await build(process);
      await settle();
      const collecting = (async () => {
        const token = random.id();
        const now = clock.now();
        const claim = { token, now, expiresAt: new Date(now.getTime() + 600_000), held: [] };
        for (const row of await ledger.charges.claim(claim, 10))
          await ledger.charges.work(row, { token, signal: new AbortController().signal });
      })();
      let isOver = false;
      void collecting.finally(() => (isOver = true)).catch(() => undefined);
      await pass(nowMs() + 3_600_000, () => isOver);
      await collecting;
      await process.kill();
      const { rows } = (await query(
        `SELECT r.provider_machine_id AS id, sum(l.amount_micro_usd)::text AS micro FROM ledger_lines l
         JOIN rentals r ON r.id = l.rental_id GROUP BY 1`,
      )) as { rows: { id: string; micro: string }[] };
      return new Map(rows.map(({ id, micro }) => [id, Number(micro)]));
    },
    refusedAsTooFrequent: () => tooFrequent,
    onCloudEvent: (handler) => void listeners.push(handler),
    startServer: async (doom, aheadMs) => {
      const server = await build(await start(doom, aheadMs));
      server.market.startWorker();
      server.lifeCycle.startWorker();
      server.ledger.startWorker();
      return server;
    },
    pass,
    [Symbol.asyncDispose]: async () => {
      pool.query = query;
      for (const process of processes) await process[Symbol.asyncDispose]();
    },
  };
};
