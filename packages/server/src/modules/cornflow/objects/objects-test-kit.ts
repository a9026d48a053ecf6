import { join } from 'node:path';
import { projectPermissions } from '@dumont/contracts/access';
import fastify from 'fastify';
import { waitFor } from '../../../../test/wait.ts';
import { createFolderBlobs } from '../../../kernel/blobs/folder-blobs.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { createLogger } from '../../../kernel/log.ts';
import {
  createOptimizationBed,
  type OptimizationBed,
  type OptimizationBedOptions,
} from '../../optimization/test-kit.ts';
import { DoorError, roleNumbers, type DoorRoute, type DoorUser, type RoleName } from '../door.ts';
import { readBody, required, text } from '../fields.ts';
import { serveDoor } from '../serve/serve-door.ts';
import type { Maker } from './deps.ts';
import { createObjectRoutes } from './object-routes.ts';

/** Text of instances and executions, a number of cases. */
export type Id = string | number;

/** Members that answers have, each in some of them. */
export interface Members {
  readonly id: Id;
  readonly name: string;
  readonly created_at: string;
  readonly user_id: number;
  readonly username: string;
  readonly schema: string;
  readonly data_hash: string;
  readonly solution_hash: string;
  readonly indicators: string;
  readonly executions: readonly Members[];
  readonly instance_id: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: number;
  readonly message: string;
  readonly log: Readonly<Record<string, unknown>>;
  readonly log_text: string;
  readonly data: unknown;
  readonly checks: unknown;
  readonly solution: unknown;
  readonly solution_checks: unknown;
  readonly kpis: unknown;
  readonly path: string;
  readonly is_dir: boolean;
  readonly instance_schema: unknown;
  readonly config_schema: unknown;
  readonly token: string;
  readonly error: string;
  readonly jsonschema_errors: readonly string[];
}

export interface Answer {
  readonly status: number;
  /** As it came. */
  readonly text: string;
  readonly json: Members;
  readonly list: readonly Members[];
}

/** One who asks as the Python client does. */
export type Client = (method: string, path: string, body?: string | object) => Promise<Answer>;

export interface ObjectsBed extends AsyncDisposable {
  readonly optimization: OptimizationBed;
  readonly url: string;
  readonly planner: Client;
  readonly otherPlanner: Client;
  readonly viewer: Client;
  readonly admin: Client;
  readonly service: Client;
  /** Takes the use of an app away from everybody, or gives it back. */
  forbid(app: string | undefined): void;
  /** Asks for the status until there is an end. */
  ended(id: Id): Promise<Answer>;
}

const own = ['optimization:read:own', 'optimization:write:own', 'runs:read:own', 'runs:write:own'];
const people = {
  planner: ['planner', own],
  otherPlanner: ['planner', own],
  viewer: ['viewer', ['optimization:read']],
  admin: ['admin', projectPermissions],
  service: ['service', projectPermissions],
} as const satisfies Record<string, readonly [RoleName, readonly string[]]>;

const roleName = (number: number) =>
  (Object.keys(roleNumbers) as RoleName[]).find((name) => roleNumbers[name] === number);

const loginFields = { username: required(text), password: required(text) };

const loginRoute: DoorRoute = {
  view: 'login',
  rule: '/login/',
  method: 'POST',
  roles: 'public',
  body: loginFields,
  handle: async ({ document }) => {
    const { username } = readBody(document, loginFields);
    return { status: 200, json: { token: username, id: 1 } };
  },
};

export const createObjectsBed = async (options: OptimizationBedOptions = {}): Promise<ObjectsBed> => {
  await using building = new AsyncDisposableStack();
  const optimization = building.use(await createOptimizationBed(options));
  const users = new Map<string, DoorUser>();
  const makers = new Map<string, Maker>();
  for (const [name, [role, grants]] of Object.entries(people)) {
    const caller = await optimization.callerWith(grants);
    const number = users.size + 1;
    users.set(name, { caller, number, username: name, roles: new Set([roleNumbers[role]]) });
    makers.set(caller.userId, { number, username: name, firstName: 'Ana', lastName: null });
  }
  let forbidden: string | undefined;
  const routes = createObjectRoutes(optimization.optimization.api, {
    makersOf: async (ids) => new Map([...makers].filter(([id]) => ids.includes(id))),
    mayUse: async (_user, app) => app !== forbidden,
    blobs: createFolderBlobs(join(optimization.runs.folder, 'objects')),
    clock: systemClock,
    filesKeptDays: 90,
  });
  const app = fastify({ forceCloseConnections: true });
  building.defer(() => app.close());
  await serveDoor(
    app,
    [...routes, loginRoute],
    {
      authenticate: async (bearer) => {
        const user = users.get(bearer);
        if (user === undefined) throw new AppError('auth.token_invalid');
        return user;
      },
      authorize: async ({ roles }, route) => {
        if (![...roles].some((number) => route.roles.includes(roleName(number) ?? 'dummy')))
          throw new DoorError(403, 'You do not have permission to access this endpoint');
      },
      documents: optimization.optimization.api.documents,
      clock: systemClock,
      log: createLogger((process.env['DUMONT_TEST_LOG'] as 'warn' | undefined) ?? 'silent'),
      corsOrigins: [],
      requestsPerSecond: 1000,
    },
    '/cornflow',
  );
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/cornflow`;

  const clientOf =
    (token: string): Client =>
    async (method, path, body) => {
      const headers = new Headers({ authorization: `Bearer ${token}`, 'content-encoding': 'br' });
      if (body !== undefined) headers.set('content-type', 'application/json');
      const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
      const response = await fetch(`${url}${path}`, { method, headers, ...(sent && { body: sent }) });
      const content = await response.text();
      return {
        status: response.status,
        text: content,
        get json() {
          return JSON.parse(content) as Members;
        },
        get list() {
          return JSON.parse(content) as readonly Members[];
        },
      };
    };
  const admin = clientOf('admin');
  const made = building.move();
  return {
    optimization,
    url,
    planner: clientOf('planner'),
    otherPlanner: clientOf('otherPlanner'),
    viewer: clientOf('viewer'),
    admin,
    service: clientOf('service'),
    forbid: (name) => {
      forbidden = name;
    },
    ended: (id) =>
      waitFor(`the end of ${id}`, async () => {
        const answer = await admin('GET', `/execution/${id}/status/`);
        return [0, -7].includes(answer.json.state) ? undefined : answer;
      }),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
};
