import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Finding } from '../finding.ts';
import { Cnpj, Id, longText, pageOf, pageQuery, Slug, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';
import { CredentialKey } from './manifest.ts';

const project = z.strictObject({ projectId: Id.optional() });

/** A stored credential. Its password is never answered, only whether there is one. */
export const Credential = z
  .strictObject({
    key: z.string(),
    systems: z.array(z.string()),
    saved: z.boolean(),
    url: z.string(),
    username: z.string(),
    hasPassword: z.boolean(),
    /** May leave this host with a run on a rented machine or a cluster. */
    mayLeaveHost: z.boolean(),
    updatedAt: Timestamp.nullable(),
  })
  .meta({ id: 'Credential' });
export type Credential = z.infer<typeof Credential>;

const KeyParams = z.strictObject({ key: CredentialKey });

export const listCredentials = route({
  method: 'GET',
  path: '/api/v1/credentials',
  tag: 'credentials',
  summary: 'Every credential that a system may ask for, saved or not',
  access: holdersOf('credentials:read'),
  query: project,
  response: z.strictObject({ items: z.array(Credential) }),
});

export const putCredential = route({
  method: 'PUT',
  path: '/api/v1/credentials/{key}',
  tag: 'credentials',
  summary:
    'Save a credential; a password that is left out or reads ******** stays, unless the address changes: then it is asked for again',
  access: holdersOf('credentials:write'),
  params: KeyParams,
  query: project,
  body: z.strictObject({
    url: z.union([z.url({ protocol: /^https?$/ }).max(2000), z.literal('')]).optional(),
    username: longText(500).optional(),
    password: longText(2000).optional(),
    mayLeaveHost: z.boolean().optional(),
  }),
  response: Credential,
  errors: ['credential.unknown', 'credential.address'],
});

export const deleteCredential = route({
  method: 'DELETE',
  path: '/api/v1/credentials/{key}',
  tag: 'credentials',
  summary: 'Forget a credential',
  access: holdersOf('credentials:write'),
  params: KeyParams,
  query: project,
  status: 204,
  errors: ['credential.not_found'],
});

export const testCredential = route({
  method: 'POST',
  path: '/api/v1/credentials/{key}/test',
  tag: 'credentials',
  summary: 'Try to sign in with a stored credential; bounded in time, its result explained',
  access: holdersOf('credentials:write'),
  limit: 'expensive',
  params: KeyParams,
  query: project,
  response: z.strictObject({
    ok: z.boolean(),
    /** What was tried and what came of it, for people; never the password. */
    explanation: z.string(),
    /** What `explanation` says. */
    finding: Finding,
    durationMs: z.number(),
  }),
  errors: ['credential.not_found', 'outbound.refused'],
});

export const PathSetting = z
  .strictObject({
    name: z.string(),
    path: z.string().nullable(),
    systems: z.array(z.string()),
    /** What is wrong with it now; null when it can be used. */
    problem: z.string().nullable(),
    /** What `problem` says. */
    problemFinding: Finding.nullable(),
  })
  .meta({ id: 'PathSetting' });
export type PathSetting = z.infer<typeof PathSetting>;

export const listPaths = route({
  method: 'GET',
  path: '/api/v1/paths',
  tag: 'credentials',
  summary: 'Folders that pipelines write to, and the roots they must lie in',
  access: holdersOf('pipelines:read'),
  query: project,
  response: z.strictObject({ items: z.array(PathSetting), roots: z.array(z.string()) }),
});

export const putPath = route({
  method: 'PUT',
  path: '/api/v1/paths/{name}',
  tag: 'credentials',
  summary: 'Set a folder; it must exist (or be made now), be writable and lie in an allowed root',
  access: holdersOf('pipelines:write'),
  params: z.strictObject({ name: Slug }),
  query: project,
  body: z.strictObject({ path: longText(1000).min(1).nullable(), create: z.boolean().default(false) }),
  response: PathSetting,
  errors: ['path.unknown', 'path.invalid'],
});

export const browsePaths = route({
  method: 'GET',
  path: '/api/v1/paths/browse',
  tag: 'credentials',
  summary: 'Folders below an allowed root',
  access: holdersOf('pipelines:write'),
  query: z.strictObject({ path: longText(1000).optional() }),
  response: z.strictObject({
    path: z.string().nullable(),
    parent: z.string().nullable(),
    folders: z.array(z.strictObject({ name: z.string(), path: z.string(), writable: z.boolean() })),
  }),
  errors: ['path.invalid'],
});

export const Fund = z.strictObject({
  cnpj: z.string(),
  name: z.string().nullable(),
  selected: z.boolean(),
});

export const listFunds = route({
  method: 'GET',
  path: '/api/v1/funds/{system}',
  tag: 'pipelines',
  summary: 'Known funds of a system, with the selection',
  access: holdersOf('pipelines:read'),
  params: z.strictObject({ system: longText(64).min(1) }),
  query: z.strictObject({ ...pageQuery, ...project.shape, search: longText(200).optional() }),
  response: z.strictObject({
    ...pageOf(Fund).shape,
    useAll: z.boolean(),
    selected: z.number().int(),
    known: z.number().int(),
  }),
  errors: ['system.not_found'],
});

export const putFunds = route({
  method: 'PUT',
  path: '/api/v1/funds/{system}',
  aliases: ['/api/fundos/{system}'],
  tag: 'pipelines',
  summary: 'Choose the funds of a system',
  access: holdersOf('pipelines:write'),
  params: z.strictObject({ system: longText(64).min(1) }),
  query: project,
  body: z.strictObject({
    usar_todos: z.boolean(),
    fundos_selecionados: z.array(Cnpj).max(50_000),
  }),
  response: z.strictObject({ usar_todos: z.boolean(), fundos_selecionados: z.array(z.string()) }),
  errors: ['system.not_found'],
});
