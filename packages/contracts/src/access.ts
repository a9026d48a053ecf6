/**
 * Who may call a route. Permissions are derived from the routes that name them; roles are sets of grants.
 *
 * A grant is a permission (`runs:read`), a permission limited to one's own objects (`runs:read:own`), or `*`.
 */

/** Permissions that are held in a project. */
export const projectPermissions = [
  'runs:read',
  'runs:write',
  'runs:command',
  'schedules:read',
  'schedules:write',
  'pipelines:read',
  'pipelines:write',
  'credentials:read',
  'credentials:write',
  'portfolio:read',
  'alarms:read',
  'alarms:write',
  'market:read',
  'market:write',
  'providers:read',
  'providers:write',
  'machines:read',
  'machines:write',
  'machines:enter',
  'snapshots:read',
  'snapshots:write',
  'optimization:read',
  'optimization:write',
  'gateway:read',
  'gateway:write',
  // Of the staff of a service behind the gateway, which is told which of them a user has.
  'service:kitchen',
  'service:attendant',
  'service:manager',
  'customers:read',
  'customers:write',
  'members:read',
  'members:write',
] as const;

/** Permissions over the whole installation; only roles given for the installation carry them. */
export const installationPermissions = [
  'users:read',
  'users:write',
  'roles:read',
  'roles:write',
  'projects:write',
  'audit:read',
  'metrics:read',
  'settings:read',
  'settings:write',
] as const;

export const permissions = [...projectPermissions, ...installationPermissions] as const;
export type ProjectPermission = (typeof projectPermissions)[number];
export type InstallationPermission = (typeof installationPermissions)[number];
export type Permission = (typeof permissions)[number];

/** Project permissions of objects that have an owner, so that a grant may be limited to one's own. */
export const ownablePermissions = [
  'runs:read',
  'runs:write',
  'schedules:read',
  'schedules:write',
  'machines:read',
  'machines:write',
  'machines:enter',
  'snapshots:read',
  'snapshots:write',
  'optimization:read',
  'optimization:write',
] as const;

export type Grant = '*' | Permission | `${(typeof ownablePermissions)[number]}:own`;

export type Access =
  /** Anyone, signed in or not. */
  | { readonly kind: 'public' }
  /** Any signed-in user, about themselves. */
  | { readonly kind: 'signed-in' }
  /** The agent of a machine, by the token of that machine. */
  | { readonly kind: 'machine' }
  /** Whoever holds the permission; for a project permission, in the project of the object. */
  | { readonly kind: 'permission'; readonly permission: Permission }
  /** Whoever holds one of them. */
  | { readonly kind: 'permissions'; readonly anyOf: readonly Permission[] };

export const anyone: Access = { kind: 'public' };
export const signedIn: Access = { kind: 'signed-in' };
export const machines = { kind: 'machine' } as const satisfies Access;
export const holdersOf = (permission: Permission): Access => ({ kind: 'permission', permission });
export const holdersOfAny = (...anyOf: readonly Permission[]): Access => ({ kind: 'permissions', anyOf });

/** Permissions of which a caller needs one; none where something else decides. */
export const permissionsOf = (access: Access): readonly Permission[] => {
  if (access.kind === 'permission') return [access.permission];
  return access.kind === 'permissions' ? access.anyOf : [];
};

/** What the built-in roles may do. Custom roles are rows with the same shape. */
export const builtInRoles = {
  admin: ['*'],
  operator: [...projectPermissions],
  planner: [
    'runs:read:own',
    'runs:write:own',
    'schedules:read:own',
    'schedules:write:own',
    'optimization:read:own',
    'optimization:write:own',
    'pipelines:read',
    'portfolio:read',
    'alarms:read',
    'market:read',
  ],
  viewer: [
    'runs:read',
    'schedules:read',
    'pipelines:read',
    'portfolio:read',
    'alarms:read',
    'market:read',
    'machines:read',
    'snapshots:read',
    'optimization:read',
    'gateway:read',
    'members:read',
  ],
  kitchen: ['service:kitchen'],
  attendant: ['service:attendant', 'customers:read'],
  manager: [
    'service:kitchen',
    'service:attendant',
    'service:manager',
    'customers:read',
    'customers:write',
    'gateway:read',
  ],
  service: [
    'runs:read',
    'runs:write',
    'schedules:read',
    'pipelines:read',
    'portfolio:read',
    'market:read',
    'machines:read',
    'optimization:read',
    'optimization:write',
    'customers:read',
    'customers:write',
  ],
} as const satisfies Record<string, readonly Grant[]>;
export type BuiltInRole = keyof typeof builtInRoles;
