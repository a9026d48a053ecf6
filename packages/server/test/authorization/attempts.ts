import { generateKeyPairSync, randomUUID } from 'node:crypto';
import type { Permission } from '@dumont/contracts/access';
import { alarmAttempts } from './alarm-attempts.ts';
import { gatewayAttempts } from './gateway-attempts.ts';
import { customerAttempts } from './customer-attempts.ts';
import { machineAttempts } from './machine-attempts.ts';
import { marketAttempts } from './market-attempts.ts';
import type { OperationId } from '@dumont/contracts/routes';
import type { Objects } from '../objects.ts';
import type { Person, TestApp } from '../test-app.ts';
import { optimizationAttempts } from './optimization-attempts.ts';
import { snapshotAttempts } from './snapshot-attempts.ts';
import { storefrontAttempts } from './storefront-attempts.ts';

/** Whose object is asked for: one's own; someone else's in one's own project; one of a project one is not in. */
export const places = ['own', 'others', 'foreign'] as const;
export type Place = (typeof places)[number];

export interface Target {
  readonly app: TestApp;
  readonly objects: Objects;
  readonly place: Place;
  /** The project of the place. */
  readonly projectId: string;
  /** The owner of the place's objects. */
  readonly ownerId: string;
  readonly owner: Person;
  /** Different in every attempt. */
  readonly unique: string;
  /** Where the caller seems to be: each elsewhere, for sign-ins are limited by address; none on the loopback. */
  readonly address: string;
}

export interface Request {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How a route is tried. */
export interface Attempt {
  /**
   * What the outcome depends on besides the caller: an `object` with project and owner, a `project`, something
   * `personal` that is nobody else's business, or nothing.
   */
  readonly about: 'object' | 'project' | 'personal' | 'nothing';
  /** Objects that are seen under another permission than the route's own. */
  readonly seenWith?: Permission;
  /** True where everyone with the permission anywhere sees the object. */
  readonly isShared?: boolean;
  /** What is made from the object is one's own: for the object itself, seeing it is enough. */
  readonly makesOwn?: boolean;
  /** Other permissions that are needed as well, in the same project. */
  readonly alsoNeeds?: readonly Permission[];
  /** The code of what is not there for this caller. */
  readonly missing?: string;
  /** The compatible answer to what is not there: success that says so. */
  readonly missingAs?: (answer: unknown) => boolean;
  /** Codes that only someone who was let in can get. */
  readonly accepts?: readonly string[];
  /** The call ends the session that it is made with: it gets one of its own. */
  readonly endsSession?: boolean;
  /** Takes back what success changed for the caller: the maker of a project is its operator from then on. */
  readonly undo?: (target: Target, answer: unknown) => Promise<void>;
  readonly request?: (target: Target) => Request | Promise<Request>;
}

const publicKey = (): string => {
  const { publicKey: key } = generateKeyPairSync('ed25519');
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  const field = (bytes: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]);
  return `ssh-ed25519 ${blob.toString('base64')} test`;
};

const nothing: Attempt = { about: 'nothing' };
const run = (more: Partial<Attempt> = {}): Attempt => ({
  about: 'object',
  seenWith: 'runs:read',
  missing: 'run.not_found',
  request: async ({ objects, projectId, ownerId }) => ({
    params: { id: await objects.addRun(projectId, ownerId) },
  }),
  ...more,
});
const job: NonNullable<Attempt['request']> = async ({ objects, projectId, ownerId }) => ({
  params: { id: await objects.numberOfRun(await objects.addRun(projectId, ownerId)) },
});
const schedule = (body?: unknown): Attempt => ({
  about: 'object',
  seenWith: 'schedules:read',
  missing: 'schedule.not_found',
  request: async ({ objects, projectId, ownerId }) => ({
    params: { id: await objects.addSchedule(projectId, ownerId) },
    body,
  }),
});
/** The project is named in the query. */
const inProject = (more: Request = {}, accepts: readonly string[] = []): Attempt => ({
  about: 'project',
  missing: 'project.not_found',
  accepts,
  request: ({ projectId }) => ({ ...more, query: { projectId, ...more.query } }),
});
/** The project is the address. */
const ofProject = (request: NonNullable<Attempt['request']>, missing = 'project.not_found'): Attempt => ({
  about: 'project',
  missing,
  request,
});
const pipelineRun = { kind: 'pipeline', subject: 'fund-data', params: { sistemas: ['cvm_diario'] } };
const addCustomRole = async ({ app, unique }: Target): Promise<string> =>
  (await app.admin.client.createRole({ body: { name: `role-${unique}`, grants: [] } })).id;
const addPlainUser = async ({ app, unique }: Target): Promise<string> => {
  const who = { email: `${unique}@example.org`, name: unique, defaultProjectRole: null };
  return (await app.admin.client.createUser({ body: { ...who, password: 'long enough for anyone' } })).id;
};

/** Every route, and how to try it: a route that is missing here does not compile. */
export const attempts: Readonly<Record<OperationId, Attempt>> = {
  login: {
    about: 'nothing',
    accepts: ['auth.credentials'],
    request: ({ unique }) => ({ body: { email: `${unique}@example.org`, password: 'wrong' } }),
  },
  refresh: {
    about: 'nothing',
    accepts: ['auth.token_invalid'],
    request: () => ({ body: { refresh_token: 'unknown' } }),
  },
  logout: { about: 'nothing', endsSession: true, request: () => ({ body: {} }) },
  me: nothing,
  updateMe: { about: 'nothing', request: () => ({ body: { locale: 'en' } }) },
  changePassword: {
    about: 'nothing',
    accepts: ['auth.password_wrong'],
    request: () => ({ body: { current: 'not this one', next: 'long enough for anyone' } }),
  },
  register: {
    about: 'nothing',
    accepts: ['auth.registration_closed'],
    request: ({ unique }) => ({
      body: { email: `${unique}@example.org`, name: 'x', password: 'long enough for anyone' },
    }),
  },
  authMethods: nothing,
  oidcStart: { about: 'nothing', accepts: ['auth.oidc'], request: () => ({ params: { provider: 'sso' } }) },
  oidcCliStart: {
    about: 'nothing',
    accepts: ['auth.oidc'],
    request: () => ({
      params: { provider: 'sso' },
      query: { challenge: 'c'.repeat(43), state: 's'.repeat(16) },
    }),
  },
  exchangeSignInCode: {
    about: 'nothing',
    accepts: ['auth.sign_in_code'],
    request: () => ({ body: { code: 'unknown', verifier: 'v'.repeat(43) } }),
  },
  oidcCallback: {
    about: 'nothing',
    accepts: ['auth.oidc'],
    request: () => ({ params: { provider: 'sso' } }),
  },
  getSettings: nothing,
  putSettings: { about: 'nothing', request: () => ({ body: { language: 'en' } }) },
  issueTicket: { about: 'nothing', request: () => ({ body: { purpose: 'download' } }) },

  listTokens: nothing,
  createToken: { about: 'nothing', request: () => ({ body: { name: 'x' } }) },
  deleteToken: {
    about: 'personal',
    missing: 'token.not_found',
    request: async ({ owner }) => ({
      params: { id: (await owner.client.createToken({ body: { name: 'x' } })).id },
    }),
  },
  listSshKeys: nothing,
  createSshKey: { about: 'nothing', request: () => ({ body: { name: 'x', publicKey: publicKey() } }) },
  deleteSshKey: {
    about: 'personal',
    missing: 'ssh_key.not_found',
    request: async ({ owner }) => ({
      params: { id: (await owner.client.createSshKey({ body: { name: 'x', publicKey: publicKey() } })).id },
    }),
  },

  listUsers: nothing,
  getUser: { about: 'nothing', request: ({ owner }) => ({ params: { id: owner.id } }) },
  createUser: {
    about: 'nothing',
    request: ({ unique }) => ({
      body: {
        email: `${unique}@example.org`,
        name: 'x',
        password: 'long enough for anyone',
        defaultProjectRole: null,
      },
    }),
  },
  updateUser: {
    about: 'nothing',
    request: async (target) => ({ params: { id: await addPlainUser(target) }, body: { state: 'disabled' } }),
  },
  listRoles: nothing,
  listPermissions: nothing,
  createRole: {
    about: 'nothing',
    request: ({ unique }) => ({ body: { name: `role-${unique}`, grants: [] } }),
  },
  updateRole: {
    about: 'nothing',
    request: async (target) => ({ params: { id: await addCustomRole(target) }, body: { description: 'x' } }),
  },
  deleteRole: {
    about: 'nothing',
    request: async (target) => ({ params: { id: await addCustomRole(target) } }),
  },
  listProjects: nothing,
  createProject: {
    about: 'nothing',
    request: ({ unique }) => ({ body: { name: `p-${unique}` } }),
    undo: ({ app }, answer) =>
      app.admin.client.deleteProject({ params: { id: (answer as { id: string }).id } }),
  },
  updateProject: ofProject(({ projectId }) => ({ params: { id: projectId }, body: { description: 'x' } })),
  deleteProject: {
    about: 'nothing',
    request: async ({ app, unique }) => ({ params: { id: await app.addProject(`p-${unique}`) } }),
  },
  listMembers: ofProject(({ projectId }) => ({ params: { id: projectId } })),
  putMember: ofProject(async (target) => ({
    params: { id: target.projectId, userId: await addPlainUser(target) },
    body: { role: 'viewer' },
  })),
  addMember: ofProject(async (target) => {
    await addPlainUser(target);
    return {
      params: { id: target.projectId },
      body: { email: `${target.unique}@example.org`, role: 'viewer' },
    };
  }),
  deleteMember: ofProject(async (target) => {
    const params = { id: target.projectId, userId: await addPlainUser(target) };
    await target.app.admin.client.putMember({ params, body: { role: 'viewer' } });
    return { params };
  }),
  listAudit: nothing,

  startRun: ofProject(({ projectId }) => ({ body: { ...pipelineRun, projectId } })),
  listRuns: nothing,
  getRun: run(),
  cancelRun: run({ accepts: ['run.finished'] }),
  rerunRun: run({ makesOwn: true }),
  listRunLogs: run(),
  downloadRunLog: run(),
  listArtifacts: run(),
  downloadArtifact: run({
    accepts: ['artifact.not_found'],
    request: async ({ objects, projectId, ownerId }) => ({
      params: { id: await objects.addRun(projectId, ownerId), name: 'x' },
    }),
  }),
  listSchedules: nothing,
  createSchedule: ofProject(({ projectId }) => ({
    body: { ...pipelineRun, projectId, name: 'x', cron: '0 3 * * *', enabled: false },
  })),
  updateSchedule: schedule({ name: 'y' }),
  deleteSchedule: schedule(),
  previewSchedule: {
    about: 'nothing',
    request: () => ({ body: { cron: '0 3 * * *', timeZone: 'America/Sao_Paulo' } }),
  },
  getStats: nothing,

  listPipelines: inProject(),
  updateSystem: inProject({ params: { id: 'cvm_diario' }, body: { active: true } }),
  reloadPipelines: nothing,
  listCredentials: inProject(),
  putCredential: inProject({ params: { key: 'maps' }, body: { username: 'x' } }),
  deleteCredential: inProject({ params: { key: 'fidc' } }, ['credential.not_found']),
  testCredential: inProject({ params: { key: 'fidc' } }, ['credential.not_found']),
  listPaths: inProject(),
  putPath: inProject({ params: { name: 'maps' }, body: { path: null } }),
  browsePaths: nothing,
  listFunds: inProject({ params: { system: 'cvm_diario' } }),
  putFunds: inProject({
    params: { system: 'cvm_diario' },
    body: { usar_todos: true, fundos_selecionados: [] },
  }),
  listPortfolioFunds: nothing,
  getPortfolio: nothing,

  listarSistemas: nothing,
  listarSistemasAtivos: nothing,
  lerSistema: { about: 'nothing', request: () => ({ params: { id: 'cvm_diario' } }) },
  alternarSistema: {
    about: 'nothing',
    request: () => ({ params: { id: 'cvm_diario' }, body: { ativo: true } }),
  },
  definirOpcao: {
    about: 'nothing',
    request: () => ({ params: { id: 'cvm_diario' }, body: { opcao: 'meses_anteriores', valor: '0' } }),
  },
  lerCredenciais: nothing,
  salvarCredenciais: { about: 'nothing', request: () => ({ body: { maps: { username: 'x' } } }) },
  lerCredencial: { about: 'nothing', request: () => ({ params: { id: 'maps' } }) },
  lerConfig: nothing,
  salvarConfig: {
    about: 'nothing',
    request: () => ({ body: { credentials: { maps: { username: 'x' } } } }),
  },
  lerPaths: nothing,
  lerFundos: nothing,
  executar: { about: 'nothing', request: () => ({ body: { sistemas: ['cvm_diario'] } }) },
  executarSistema: { about: 'nothing', request: () => ({ params: { id: 'cvm_diario' }, body: {} }) },
  cancelarJob: run({
    request: job,
    missingAs: (answer) => (answer as { message: string }).message.includes('não existe'),
  }),
  listarJobs: nothing,
  historicoJobs: nothing,
  lerJob: run({ request: job }),

  ...alarmAttempts,
  ...marketAttempts,
  ...optimizationAttempts,
  ...gatewayAttempts,
  ...storefrontAttempts,
  ...snapshotAttempts,
  ...machineAttempts,
  ...customerAttempts,

  jwks: nothing,
  health: nothing,
  installation: nothing,
  metrics: nothing,
};

/** Attempts beyond one a route: where what is asked for decides as well. */
export const furtherAttempts: readonly (readonly [string, OperationId, Attempt])[] = [
  [
    'startRun of a command',
    'startRun',
    {
      ...ofProject(({ projectId }) => ({ body: { kind: 'command', command: ['true'], projectId } })),
      alsoNeeds: ['runs:command'],
    },
  ],
  [
    'rerunRun of a command',
    'rerunRun',
    {
      ...run({
        makesOwn: true,
        request: async ({ objects, projectId, ownerId }) => ({
          params: { id: await objects.addRun(projectId, ownerId, 'command') },
        }),
      }),
      alsoNeeds: ['runs:command'],
    },
  ],
  [
    'salvarConfig with paths',
    'salvarConfig',
    { about: 'nothing', alsoNeeds: ['pipelines:write'], request: () => ({ body: { paths: { maps: '' } } }) },
  ],
  [
    'getRun of a run that is not there',
    'getRun',
    { about: 'nothing', accepts: ['run.not_found'], request: () => ({ params: { id: randomUUID() } }) },
  ],
];
