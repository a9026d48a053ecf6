import { z } from 'zod';
import { holdersOf } from '../access.ts';
import {
  Email,
  flag,
  Id,
  IdParams,
  longText,
  NewPassword,
  pageOf,
  pageQuery,
  text,
  Timestamp,
  Username,
} from '../primitives.ts';
import { route } from '../route.ts';

export const User = z
  .strictObject({
    id: Id,
    number: z.number().int(),
    email: z.string(),
    username: z.string(),
    name: z.string(),
    source: z.enum(['local', 'ldap', 'oidc']),
    state: z.enum(['active', 'disabled']),
    /** Role for the whole installation, or null: then only the projects' roles count. */
    installationRole: z.string().nullable(),
    projects: z.array(z.strictObject({ projectId: Id, projectName: z.string(), role: z.string() })),
    lastLoginAt: Timestamp.nullable(),
    createdAt: Timestamp,
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const listUsers = route({
  method: 'GET',
  path: '/api/v1/users',
  tag: 'users',
  summary: 'Users, newest first',
  access: holdersOf('users:read'),
  query: z.strictObject({ ...pageQuery, search: longText(200).optional(), disabled: flag.optional() }),
  response: pageOf(User),
});

export const getUser = route({
  method: 'GET',
  path: '/api/v1/users/{id}',
  tag: 'users',
  summary: 'One user',
  access: holdersOf('users:read'),
  params: IdParams,
  response: User,
  errors: ['user.not_found'],
});

export const createUser = route({
  method: 'POST',
  path: '/api/v1/users',
  tag: 'users',
  summary: 'Make a user; unless said otherwise they must change the password at the first sign-in',
  access: holdersOf('users:write'),
  body: z.strictObject({
    email: Email,
    username: Username.optional(),
    name: text(200),
    password: NewPassword,
    /** False for accounts of machines, which nobody sits at. */
    mustChangePassword: z.boolean().default(true),
    installationRole: text(64).nullable().default(null),
    /** Role in the project `default`; null for none. */
    defaultProjectRole: text(64).nullable().default('viewer'),
  }),
  status: 201,
  response: User,
  errors: ['user.email_taken', 'user.username_taken', 'role.not_found', 'role.escalation'],
});

export const updateUser = route({
  method: 'PATCH',
  path: '/api/v1/users/{id}',
  tag: 'users',
  summary:
    'Change a user; disabling, or another password, ends their sessions and API tokens within a second',
  access: holdersOf('users:write'),
  params: IdParams,
  body: z.strictObject({
    name: text(200).optional(),
    email: Email.optional(),
    state: z.enum(['active', 'disabled']).optional(),
    installationRole: text(64).nullable().optional(),
    password: NewPassword.optional(),
    /** Unless said: true when the account is disabled, or its password is changed by somebody else. */
    revokeTokens: z.boolean().optional(),
  }),
  response: User,
  errors: [
    'user.not_found',
    'user.email_taken',
    'user.last_admin',
    'role.not_found',
    'role.escalation',
    'auth.password_external',
  ],
});
