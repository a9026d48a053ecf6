import { demand, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';

/**
 * Who sees and changes what.
 *
 * - A rule of a project is seen and changed under `alarms:read` and `alarms:write` in that project.
 * - A rule of the installation (no project) is seen by everyone with `alarms:read` anywhere, for its alarms turn
 *   up in their project; it is changed under `alarms:write` over the installation.
 * - An alarm belongs to the project of the event that raised it, else to that of its rule. One without a project
 *   (the server's own health, locked accounts) is seen under `alarms:read` over the installation only.
 * - A condition over a metric also needs `metrics:read`: metrics tell of all projects.
 * - Addresses of webhooks are shown whole only to those who may change the rule.
 */
export const mayWrite = (caller: Caller, projectId: string | null): boolean => {
  const scope = scopeOf(caller, 'alarms:write');
  return scope.everywhere || (projectId !== null && scope.projectIds.includes(projectId));
};

/** For what the caller may see: 403 unless they may change it. */
export const demandWrite = (caller: Caller, projectId: string | null): void => {
  if (!mayWrite(caller, projectId)) throw new AppError('access.forbidden', { permission: 'alarms:write' });
};

export const mayReadRule = (caller: Caller, projectId: string | null): boolean => {
  const scope = scopeOf(caller, 'alarms:read');
  return scope.everywhere || projectId === null || scope.projectIds.includes(projectId);
};

export const demandMetrics = (caller: Caller): void => demand(caller, 'metrics:read');
