import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import { routes, type Routes } from '@dumont/contracts/routes';
import { createCloud, type Cloud } from '@dumont/simulator/cloud';
import { createVast, type Vast, type VastOptions } from '@dumont/simulator/vast';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../test/test-clock.ts';
import { waitFor } from '../../../test/wait.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { RequestContext } from '../../kernel/http/handlers.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import { createNotifications, type Notifications } from '../../kernel/db/notifications.ts';
import { notify } from '../../kernel/db/notify.ts';
import { createEventStream, type EventStream } from '../../kernel/events/event-stream.ts';
import { createLogger } from '../../kernel/log.ts';
import { createOutbound } from '../../kernel/outbound/outbound.ts';
import { createSystemRandom, type Random } from '../../kernel/random.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import type { MarketOperation } from './routes.ts';
import { createMarket, type MarketDeps, type MarketModule } from './index.ts';
import type { InstallationFile, InstallationMark } from './installation/installation-file.ts';
import { ProviderError, type OfferQuery, type Provider } from './providers/provider.ts';
import type { ProviderRequest, ProviderResponse, Send } from './providers/transport.ts';
import { createVastProvider } from './providers/vast/vast.ts';

export const apiKey = 'account-key-0123456789abcdef';
export const unending = new AbortController().signal;

export const anyOffer: OfferQuery = { diskGb: 20, verifiedOnly: false, rental: 'on-demand', limit: 1000 };

/** A simulated cloud that is driven by a clock. Its machines do what they should unless told otherwise. */
export const createSimulator = (
  clock: Clock,
  options: { hasLimits?: boolean; machines?: number; seed?: number } & Pick<VastOptions, 'faults'> = {},
): { readonly cloud: Cloud; readonly vast: Vast } => {
  const cloud = createCloud({
    seed: options.seed ?? 7,
    startMs: clock.now().getTime(),
    accounts: [{ username: 'dumont', apiKey }],
    market: { badShare: 0, flawRate: 0, machines: options.machines ?? 160 },
  });
  const vast = createVast({
    cloud,
    now: () => clock.now().getTime(),

    hasLimits: options.hasLimits ?? false,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  return { cloud, vast };
};

/** Requests straight into the simulator: no socket, no time. */
export const sendInto =
  (vast: Pick<Vast, 'handle'>): Send =>
  async ({ call, method, url, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search } = new URL(url);
    const answer = vast.handle({ method, url: pathname + search, headers, body: body ?? '' });
    if (answer === 'lost') throw new ProviderError('blind', call, 'no answer');
    return answer;
  };

/** A provider on one canned reply, or several in turn; what it sent is kept. */
export const answering = (
  ...replies: readonly (ProviderResponse | Error)[]
): { readonly provider: Provider; readonly sent: ProviderRequest[] } => {
  const sent: ProviderRequest[] = [];
  const left = [...replies];
  const provider = createVastProvider({
    url: 'https://vast.example/',
    apiKey,
    clock: createTestClock(),
    send: async (request) => {
      sent.push(request);
      const reply = left.length > 1 ? left.shift() : left[0];
      if (reply === undefined) throw new Error('no reply is left');
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  return { provider, sent };
};

export const reply = (status: number, body: unknown): ProviderResponse => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** The simulator behind a real socket. */
export const serveSimulator = async (
  vast: Vast,
): Promise<{ readonly url: string; readonly requests: string[] } & AsyncDisposable> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      const { host, authorization } = request.headers;
      const answer = vast.handle({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: { host, authorization },
        body,
      });
      if (answer === 'lost') request.socket.destroy();
      else response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
    },
  };
};

export const simulatorUrl = 'http://simulator.example';
const log = createLogger('silent');

/** A data folder that is only remembered. */
export const createMemoryFile = (): InstallationFile & { mark: InstallationMark | undefined } => {
  const file = {
    mark: undefined as InstallationMark | undefined,
    read: async () => file.mark,
    write: async (mark: InstallationMark) => {
      file.mark = mark;
    },
  };
  return file;
};

type Input<K extends MarketOperation> = {
  [P in 'params' | 'query' | 'body' as RouteInput<Routes[K]>[P] extends never ? never : P]?: RouteInput<
    Routes[K]
  >[P];
};

export interface Replica extends AsyncDisposable {
  readonly market: MarketModule;
  /** Calls a handler as the HTTP layer does: the input is parsed, the answer checked. */
  call<K extends MarketOperation>(
    who: Caller,
    operation: K,
    input?: Input<K>,
  ): Promise<RouteResponse<Routes[K]>>;
  readonly events: EventStream;
}

export interface Bed extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  readonly random: Random;
  readonly projects: { readonly home: string; readonly other: string };
  readonly file: InstallationFile & { mark: InstallationMark | undefined };
  /** Another server process on the same database; it lists accounts when `worker` says so. */
  startReplica(options?: Partial<MarketDeps> & { worker?: boolean }): Promise<Replica>;
  /** The account of the configuration. */
  accountId(): Promise<string>;
  passing<T>(work: Promise<T>): Promise<T>;
}

/** Who holds these grants in one project. */
export const holder = (projectId: string, grants: readonly string[]): Caller => ({
  userId: '01890000-0000-7000-8000-000000000001',
  name: 'Ana',
  email: 'ana@example.org',
  installation: new Set(),
  projects: new Map([[projectId, new Set(grants)]]),
  defaultProjectId: projectId,
  sessionId: undefined,
});

const context = { address: '192.0.2.7', signal: unending } as RequestContext;

const callOn =
  (market: MarketModule): Replica['call'] =>
  async (who, operation, input = {}) => {
    const route = routes[operation];
    type Shapes = Partial<Record<string, { parse(value: unknown): unknown }>>;
    const parts = Object.entries({ params: {}, query: {}, body: undefined, ...input }).map(
      ([part, value]) => [part, (route as unknown as Shapes)[part]?.parse(value)],
    );
    const handlers = market.handlers({ audit: async () => undefined });
    const handler = handlers[operation] as (given: unknown) => Promise<unknown>;
    const answer = await handler({ ...Object.fromEntries(parts), caller: who, context });
    (route as unknown as Shapes)['response']?.parse(answer);
    return answer as never;
  };

/** The module on a real database, with a simulator for the provider, in time that the test moves. */
export const createBed = async (send: (clock: TestClock) => Send): Promise<Bed> => {
  const database = await createTestDatabase();
  const clock = createTestClock();
  const random = createSystemRandom(clock);
  const projects = { home: random.id(), other: random.id() };
  const file = createMemoryFile();
  await database.db
    .insertInto('projects')
    .values(
      Object.entries(projects).map(([name, id]) => ({
        id,
        name,
        description: '',
        is_default: name === 'home',
        created_at: clock.now(),
      })),
    )
    .execute();
  const vault = await createVault(Buffer.alloc(32, 7), createVaultStore(database.db));
  const outbound = createOutbound({ allow: [], clock: systemClock, log });
  const carried = send(clock);
  const listening = new Set<Notifications>();
  let barriers = 0;
  /** Notifications come in the order of their commits: once this one is there, all before it were. */
  const barrier = async (): Promise<void> => {
    const payload = String((barriers += 1));
    const arrived = [...listening].map(
      (notifications) =>
        new Promise<void>((resolve) => {
          const unlisten = notifications.listen('barrier', (text) => {
            if (text !== payload) return;
            unlisten();
            resolve();
          });
        }),
    );
    await notify(database.db, 'barrier', payload);
    await Promise.all(arrived);
  };
  return {
    database,
    clock,
    random,
    projects,
    file,
    startReplica: async ({ worker = true, ...more } = {}) => {
      // Wake-ups travel in real time, beside the time of the test.
      const notifications = createNotifications({ url: database.url, clock: systemClock, log });
      const events = await createEventStream({ db: database.db, notifications, clock: systemClock, log });
      const market = await createMarket({
        db: database.db,
        clock,
        random,
        log,
        events,
        notifications,
        vault,
        outbound,
        defaultProjectId: projects.home,
        installationFile: file,
        configuredAccount: { name: 'Vast', kind: 'vast', url: simulatorUrl, apiKey },
        sendTo: (url) => (url === simulatorUrl ? carried : undefined),
        ...more,
      });
      // Listened to for good, or each barrier would first have to subscribe.
      const subscribed = Promise.withResolvers<void>();
      notifications.listen('barrier', () => subscribed.resolve());
      await waitFor('the subscription', async () => {
        await notify(database.db, 'barrier', 'subscribed');
        return Promise.race([subscribed.promise.then(() => true), turn(false)]);
      });
      listening.add(notifications);
      if (worker) market.startWorker();
      return {
        market,
        events,
        call: callOn(market),
        [Symbol.asyncDispose]: async () => {
          listening.delete(notifications);
          for (const part of [market, events, notifications]) await part[Symbol.asyncDispose]();
        },
      };
    },
    accountId: async () => {
      const row = await database.db
        .selectFrom('provider_accounts')
        .select('id')
        .where('is_installation', '=', true)
        .executeTakeFirstOrThrow();
      return row.id;
    },
    passing: (work) => passing({ clock, pool: database.pool, barrier }, work),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

/** Whatever can be done at this time is done: no query is under way, and none follows. */
const settle = async (pool: Pool, barrier: () => Promise<void>): Promise<void> => {
  const isBusy = (): boolean => pool.totalCount !== pool.idleCount || pool.waitingCount > 0;
  for (let quiet = 0; quiet < 3;) {
    await turn();
    if (isBusy()) quiet = 0;
    else if (quiet === 1) {
      await barrier();
      quiet += 1;
    } else quiet += 1;
  }
  for (let turns = 0; turns < 5; turns += 1) {
    await turn();
    if (isBusy()) return settle(pool, barrier);
  }
};

/** Lets time pass from one thing that is due to the next, each in its time, until the work is done. */
export const passing = async <T>(
  bed: { readonly clock: TestClock; readonly pool: Pool; readonly barrier?: () => Promise<void> },
  work: Promise<T>,
): Promise<T> => {
  const state = { done: false };
  void work.finally(() => (state.done = true)).catch(() => undefined);
  const { clock, pool, barrier = async () => undefined } = bed;
  for (let steps = 0; steps < 100_000; steps += 1) {
    await settle(pool, barrier);
    if (state.done) return work;
    clock.advance(clock.untilNextMs ?? 0);
  }
  throw new Error('it does not end');
};
