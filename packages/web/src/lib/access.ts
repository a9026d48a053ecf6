import type { Permission } from '@dumont/contracts/access';
import type { Me } from '@dumont/contracts/identity/auth';

/**
 * Whether someone may do this (in the project, if one is given; otherwise in any). The server decides; this only
 * spares people buttons that would be refused.
 */
export const may = (me: Me, permission: Permission, projectId?: string): boolean =>
  me.memberships.some(
    (membership) =>
      (membership.projectId === null || projectId === undefined || membership.projectId === projectId) &&
      membership.grants.some(
        (grant) => grant === '*' || grant === permission || grant === `${permission}:own`,
      ),
  );
