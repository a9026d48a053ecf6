import type { Caller } from '../../kernel/access/caller.ts';
import type { Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { findMe, listMembershipsOf } from './user-store.ts';

const covers = (held: ReadonlySet<string>, grant: string): boolean =>
  held.has('*') || held.has(grant) || (grant.endsWith(':own') && held.has(grant.slice(0, -':own'.length)));

/** True when the caller holds all of the grants: in the project, or with null over the whole installation. */
export const holdsAll = (caller: Caller, grants: readonly string[], projectId: string | null): boolean => {
  const inProject = projectId === null ? undefined : caller.projects.get(projectId);
  return grants.every(
    (grant) => covers(caller.installation, grant) || (inProject !== undefined && covers(inProject, grant)),
  );
};

/** Nobody gives what they do not hold. Throws `role.escalation`. */
export const assertHoldsAll = (caller: Caller, grants: readonly string[], projectId: string | null): void => {
  if (!holdsAll(caller, grants, projectId)) throw new AppError('role.escalation');
};

/** Whoever could take over an account would hold its rights: so they must hold them already. */
export const assertMayTakeOver = async (
  transaction: Transactor,
  caller: Caller,
  userId: string,
): Promise<void> => {
  const target = await findMe(transaction, userId);
  assertHoldsAll(caller, target?.roleGrants ?? [], null);
  for (const { grants, projectId } of await listMembershipsOf(transaction, [userId])) {
    assertHoldsAll(caller, grants, projectId);
  }
};
