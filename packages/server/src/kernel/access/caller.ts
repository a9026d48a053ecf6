import {
  installationPermissions,
  type Grant,
  type InstallationPermission,
  type Permission,
  type ProjectPermission,
} from '@dumont/contracts/access';
import { AppError } from '../errors.ts';

/** Who asks, and what they may do. Made by identity from a token; everything below the HTTP edge takes it. */
export interface Caller {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  /** Grants over every project and the installation. */
  readonly installation: ReadonlySet<string>;
  /** Grants by project, in the order of joining: the first is where things go when none is named. */
  readonly projects: ReadonlyMap<string, ReadonlySet<string>>;
  /** The project `default` of the installation, for callers with installation-wide grants. */
  readonly defaultProjectId: string;
  /** The session or API token that was shown, for logout. */
  readonly sessionId: string | undefined;
  /** Set where a key was shown, an API token for one door alone: whoever found it must not get further by it. */
  readonly key?: { readonly readOnly: boolean };
}

/** Whose deed it is, and from where: what the audit log tells of them. */
export interface By {
  readonly caller: Caller;
  readonly address: string;
}

/** Which objects a permission reaches: a store turns this into its WHERE clause. */
export interface Scope {
  readonly everywhere: boolean;
  readonly projectIds: readonly string[];
  /** Projects in which only the caller's own objects count. */
  readonly ownProjectIds: readonly string[];
  readonly userId: string;
}

/** Work of the system itself (scheduler, recovery): loud by name, never made from a request. */
export const systemScope: Scope = { everywhere: true, projectIds: [], ownProjectIds: [], userId: '' };

const holds = (grants: ReadonlySet<string>, grant: Grant): boolean => grants.has('*') || grants.has(grant);

const isInstallation = (permission: Permission): permission is InstallationPermission =>
  (installationPermissions as readonly string[]).includes(permission);

export const scopeOf = (caller: Caller, permission: ProjectPermission): Scope => {
  const everywhere = holds(caller.installation, permission);
  const projectIds: string[] = [];
  const ownProjectIds: string[] = [];
  const own = `${permission}:own` as Grant;
  for (const [projectId, grants] of caller.projects) {
    if (holds(grants, permission)) projectIds.push(projectId);
    else if (holds(grants, own)) ownProjectIds.push(projectId);
  }
  return { everywhere, projectIds, ownProjectIds, userId: caller.userId };
};

/** True when the scope reaches an object of this project and owner. */
export const reaches = (scope: Scope, object: { projectId: string; ownerId?: string | null }): boolean =>
  scope.everywhere ||
  scope.projectIds.includes(object.projectId) ||
  (scope.ownProjectIds.includes(object.projectId) && object.ownerId === scope.userId);

export const can = (
  caller: Caller,
  permission: Permission,
  object?: { projectId: string; ownerId?: string | null },
): boolean => {
  if (isInstallation(permission)) return holds(caller.installation, permission);
  const scope = scopeOf(caller, permission);
  if (object !== undefined) return reaches(scope, object);
  return scope.everywhere || scope.projectIds.length > 0 || scope.ownProjectIds.length > 0;
};

/** For an object the caller may see: 403 unless they may also do this to it. */
export const demand = (
  caller: Caller,
  permission: Permission,
  object?: { projectId: string; ownerId?: string | null },
): void => {
  if (!can(caller, permission, object)) throw new AppError('access.forbidden', { permission });
};

/**
 * The project in which something new is made: the one named, if the caller may do this there, else their
 * first one. A project they cannot see at all is 404.
 */
export const projectFor = (
  caller: Caller,
  permission: ProjectPermission,
  named: string | undefined,
): string => {
  const object = (projectId: string): { projectId: string; ownerId: string } => ({
    projectId,
    ownerId: caller.userId,
  });
  if (named !== undefined) {
    if (!caller.projects.has(named) && caller.installation.size === 0)
      throw new AppError('project.not_found');
    demand(caller, permission, object(named));
    return named;
  }
  const first = [...caller.projects.keys()].find((projectId) => can(caller, permission, object(projectId)));
  if (first !== undefined) return first;
  if (holds(caller.installation, permission)) return caller.defaultProjectId;
  throw new AppError(caller.projects.size === 0 ? 'project.none' : 'access.forbidden', { permission });
};
