import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Alarm, AlarmRule } from '@dumont/contracts/alarms/alarms';
import { builtInRoles } from '@dumont/contracts/access';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import { routes, type Routes } from '@dumont/contracts/routes';
import { createTestClock, type TestClock } from '../../../test/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { waitFor } from '../../../test/wait.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createNotifications } from '../../kernel/db/notifications.ts';
import { createEventStream, type EventStream } from '../../kernel/events/event-stream.ts';
import type { DomainEvent } from '../../kernel/events/events.ts';
import { createLogger } from '../../kernel/log.ts';
import { createMetrics, type Metrics } from '../../kernel/metrics.ts';
import { createOutbound } from '../../kernel/outbound/outbound.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createAudit } from '../identity/audit.ts';
import { createMail } from '../mail/index.ts';
import { createAlarms, type AlarmOperation, type WebhookBody } from './index.ts';

export const random = createSystemRandom(systemClock);
const defaultProjectId = random.id();
const log = createLogger('silent');

export const projects = { sales: random.id(), lab: random.id() };

const caller = (given: Partial<Pick<Caller, 'installation' | 'projects'>>): Caller => ({
  userId: random.id(),
  name: 'Ana',
  email: 'ana@example.org',
  installation: new Set(),
  projects: new Map(),
  defaultProjectId,
  sessionId: undefined,
  ...given,
});

export const people = {
  admin: caller({ installation: new Set(builtInRoles.admin) }),
  salesOperator: caller({ projects: new Map([[projects.sales, new Set<string>(builtInRoles.operator)]]) }),
  salesViewer: caller({ projects: new Map([[projects.sales, new Set<string>(builtInRoles.viewer)]]) }),
  labViewer: caller({ projects: new Map([[projects.lab, new Set<string>(builtInRoles.viewer)]]) }),
};

type Input<K extends AlarmOperation> = {
  [P in 'params' | 'query' | 'body' as RouteInput<Routes[K]>[P] extends never ? never : P]?: RouteInput<
    Routes[K]
  >[P];
};

export interface Replica extends AsyncDisposable {
  readonly events: EventStream;
  readonly metrics: Metrics;
  /** Calls a handler as the HTTP layer does: the input is parsed, the answer checked. */
  call<K extends AlarmOperation>(
    who: Caller,
    operation: K,
    input?: Input<K>,
  ): Promise<RouteResponse<Routes[K]>>;
}

export interface Bed extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  /** Another server process on the same database. */
  startReplica(options?: { smtpUrl?: string; measure?: (metrics: Metrics) => void }): Promise<Replica>;
  /** Moves on by whole evaluations (5 s) and waits for each to be over. */
  rounds(count?: number): Promise<void>;
  /** Waits until everything that could be done at this time is done. */
  rest(): Promise<void>;
}

/**
 * Loops of a replica that sleep when there is nothing to do: two a worker, one of the events, one that tells samples,
 * one of the evaluator.
 */
const loops = { replica: 6, evaluator: 1, mail: 2 };

export const createBed = async (): Promise<Bed> => {
  const database = await createTestDatabase();
  const clock = createTestClock();
  let sleepers = loops.evaluator;
  await database.db
    .insertInto('projects')
    .values(
      [...Object.entries(projects), ['default', defaultProjectId] as const].map(([name, id]) => ({
        id,
        name,
        description: '',
        is_default: name === 'default',
        created_at: clock.now(),
      })),
    )
    .execute();

  /** Notifications that could go out now: their worker may not have heard of them yet. */
  const isSomethingDue = async (): Promise<boolean> => {
    const { rows } = await database.pool.query(
      `select from app.mails where state = 'waiting' and due_at <= $1
       union all
       select from app.alarm_notifications one
       where state = 'waiting' and channel = 'webhook' and due_at <= $1 and not exists (
         select from app.alarm_notifications earlier
         where earlier.alarm_id = one.alarm_id and earlier.target = one.target and earlier.state = 'waiting'
           and earlier.id < one.id)`,
      [clock.now()],
    );
    return rows.length > 0;
  };

  const rest = async (): Promise<void> => {
    await waitFor(
      `${sleepers} loops to sleep, not ${clock.sleeping}`,
      async () => {
        for (let turn = 0; turn < 5; turn += 1) {
          if (clock.sleeping !== sleepers) return false;
          await nextTurn();
        }
        return !(await isSomethingDue());
      },
      5000,
    );
  };

  const evaluatedAt = async (): Promise<number> => {
    const row = await database.db
      .selectFrom('alarm_rules')
      .select((eb) => eb.fn.max('evaluated_at').as('at'))
      .executeTakeFirst();
    return (row?.at as Date | null)?.getTime() ?? 0;
  };

  return {
    database,
    clock,
    rest,
    rounds: async (count = 1) => {
      for (let round = 0; round < count; round += 1) {
        await rest();
        clock.advance(5000);
        await waitFor('the evaluation', async () => (await evaluatedAt()) === clock.now().getTime());
        await rest();
      }
    },
    startReplica: async ({ smtpUrl, measure } = {}) => {
      const metrics = createMetrics({ processMetrics: false });
      measure?.(metrics);
      const notifications = createNotifications({ url: database.url, clock: systemClock, log });
      const events = await createEventStream({ db: database.db, notifications, clock, log });
      const shared = { db: database.db, clock, random, log, metrics, notifications };
      const mail = createMail({ ...shared, config: { smtpUrl, mailFrom: 'Dumont <dumont@example.org>' } });
      const outbound = createOutbound({ allow: ['127.0.0.1'], clock, log });
      const own = loops.replica + (smtpUrl === undefined ? 0 : loops.mail);
      sleepers += own;
      const alarms = await createAlarms({
        ...shared,
        events,
        mail,
        outbound,
        audit: createAudit({ db: database.db, clock, random }),
        languageOf: (_executor, address) => Promise.resolve(address.endsWith('.br') ? 'pt-BR' : 'en'),
        config: { publicUrl: 'https://dumont.example.org', language: 'en' },
      });
      await rest();
      return {
        events,
        metrics,
        call: async (who, operation, input = {}) => {
          const route = routes[operation];
          const parts = Object.entries({ params: {}, query: {}, body: undefined, ...input }).map(
            ([part, value]) => {
              const shape = (route as unknown as Partial<Record<string, { parse(value: unknown): unknown }>>)[
                part
              ];
              return [part, shape?.parse(value)];
            },
          );
          const handler = alarms.handlers[operation] as (given: unknown) => Promise<unknown>;
          const answer = await handler({
            ...Object.fromEntries(parts),
            caller: who,
            context: { address: '192.0.2.1' },
          });
          if ('response' in route)
            (route.response as { parse(value: unknown): unknown } | undefined)?.parse(answer);
          return answer as never;
        },
        [Symbol.asyncDispose]: async () => {
          sleepers -= own;
          for (const part of [alarms, mail, events, notifications]) await part[Symbol.asyncDispose]();
        },
      };
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

export interface Hook {
  readonly url: string;
  readonly received: WebhookBody[];
  /** What it answers from now on. */
  status: number;
}

/** A real target of webhooks. */
export const startHook = async (t: TestContext): Promise<Hook> => {
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      hook.received.push(JSON.parse(text) as WebhookBody);
      response.writeHead(hook.status).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const hook: Hook = { url: `http://127.0.0.1:${port}/secret-path`, received: [], status: 200 };
  return hook;
};

export const runFailed = (subject: string, projectId: string | null = projects.sales): DomainEvent => ({
  name: 'run.failed',
  topic: 'runs',
  projectId,
  ownerId: null,
  entityId: random.id(),
  subject,
});

export const metricRule = (given: Partial<Extract<AlarmRule['condition'], { type: 'metric' }>> = {}) => ({
  name: 'Too many',
  condition: { type: 'metric' as const, metric: 'things', operator: '>' as const, threshold: 10, ...given },
});

export const eventRule = (given: Partial<Extract<AlarmRule['condition'], { type: 'event' }>> = {}) => ({
  name: 'It failed',
  condition: { type: 'event' as const, event: 'run.failed', resolveAfterSeconds: 60, ...given },
});

/** Without the built-in rules, whose alarms would stand beside those of a test. */
export const switchOffBuiltInRules = async (bed: Bed): Promise<void> => {
  await bed.database.db.updateTable('alarm_rules').set({ enabled: false }).execute();
};

export const listAlarms = async (replica: Replica, who: Caller = people.admin): Promise<Alarm[]> =>
  (await replica.call(who, 'listAlarms', { query: {} })).items;

export const getRule = async (
  replica: Replica,
  id: string,
  who: Caller = people.admin,
): Promise<AlarmRule> => {
  const { items } = await replica.call(who, 'listAlarmRules', { query: {} });
  const rule = items.find((item) => item.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
};
