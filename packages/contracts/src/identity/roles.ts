import { z } from 'zod';
import { holdersOf, ownablePermissions, permissions } from '../access.ts';
import { Id, IdParams, Slug, text } from '../primitives.ts';
import { route } from '../route.ts';

/** A custom role cannot hold `*`: only the built-in administrator does. */
export const GrantName = z.enum([
  ...permissions,
  ...ownablePermissions.map((permission) => `${permission}:own` as const),
]);

export const Role = z
  .strictObject({
    id: Id,
    name: z.string(),
    description: z.string(),
    builtIn: z.boolean(),
    /** It comes from a file of the installation, and is changed there. */
    ofFolder: z.boolean(),
    grants: z.array(z.string()),
    members: z.number().int(),
  })
  .meta({ id: 'Role' });
export type Role = z.infer<typeof Role>;

export const listRoles = route({
  method: 'GET',
  path: '/api/v1/roles',
  tag: 'roles',
  summary: 'All roles with their grants',
  access: holdersOf('roles:read'),
  response: z.strictObject({ items: z.array(Role) }),
});

/** The matrix behind the roles: every permission and the routes that ask for it. */
export const listPermissions = route({
  method: 'GET',
  path: '/api/v1/permissions',
  tag: 'roles',
  summary: 'Every permission with the routes that need it',
  access: holdersOf('roles:read'),
  response: z.strictObject({
    items: z.array(
      z.strictObject({
        permission: z.string(),
        ownable: z.boolean(),
        scope: z.enum(['project', 'installation']),
        routes: z.array(
          z.strictObject({
            operation: z.string(),
            method: z.string(),
            path: z.string(),
            summary: z.string(),
          }),
        ),
      }),
    ),
  }),
});

export const NewRole = z.strictObject({
  name: Slug,
  description: text(500).or(z.literal('')).default(''),
  grants: z.array(GrantName).max(200),
});

export const createRole = route({
  method: 'POST',
  path: '/api/v1/roles',
  tag: 'roles',
  summary: 'Make a role',
  access: holdersOf('roles:write'),
  body: NewRole,
  status: 201,
  response: Role,
  errors: ['role.name_taken', 'role.escalation'],
});

export const updateRole = route({
  method: 'PATCH',
  path: '/api/v1/roles/{id}',
  tag: 'roles',
  summary: 'Change a role; live for its members within a second',
  access: holdersOf('roles:write'),
  params: IdParams,
  body: z.strictObject({
    name: Slug.optional(),
    description: text(500).or(z.literal('')).optional(),
    grants: z.array(GrantName).max(200).optional(),
  }),
  response: Role,
  errors: ['role.not_found', 'role.name_taken', 'role.built_in', 'role.of_folder', 'role.escalation'],
});

export const deleteRole = route({
  method: 'DELETE',
  path: '/api/v1/roles/{id}',
  tag: 'roles',
  summary: 'Delete a role that nobody holds',
  access: holdersOf('roles:write'),
  params: IdParams,
  status: 204,
  errors: ['role.not_found', 'role.built_in', 'role.of_folder', 'role.in_use'],
});
