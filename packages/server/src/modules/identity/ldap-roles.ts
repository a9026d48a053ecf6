import type { Transactor } from '../../kernel/db/database.ts';
import type { LdapConfig } from '../../kernel/config/ldap.ts';
import { normalizeDn, type LdapEntry } from './ldap-entry.ts';
import { deleteMemberRow, findMember, putMemberRow } from './project-store.ts';
import { findRoleToGive } from './role-store.ts';
import { changeUser, countOtherAdmins, findMe } from './user-store.ts';

/** The role that stands for the whole installation; all others are given in the project `default`. */
const installationRole = 'admin';

/** The role that the groups of an entry lead to; null for none. */
export const roleOf = (entry: LdapEntry, config: Pick<LdapConfig, 'groupRoles' | 'role'>): string | null => {
  const groups = new Set(entry.groups.map(normalizeDn));
  return config.groupRoles.find(({ group }) => groups.has(normalizeDn(group)))?.role ?? config.role;
};

export const splitRole = (
  role: string | null,
): { installationRole: string | null; defaultProjectRole: string | null } =>
  role === installationRole
    ? { installationRole, defaultProjectRole: null }
    : { installationRole: null, defaultProjectRole: role };

/**
 * Brings the roles of a user in line with their groups, where groups decide; answers what it changed. The last
 * administrator stays one: nobody could undo it.
 */
export const refreshRoles = async (
  transaction: Transactor,
  user: { readonly userId: string; readonly projectId: string; readonly now: Date },
  role: string | null,
  config: Pick<LdapConfig, 'groupRoles'>,
): Promise<Record<string, string | null>> => {
  if (config.groupRoles.length === 0) return {};
  const { userId, projectId } = user;
  const wanted = splitRole(role);
  const changed: Record<string, string | null> = {};

  if (config.groupRoles.some((group) => group.role === installationRole)) {
    const held = (await findMe(transaction, userId))?.roleName ?? null;
    const loses = held === installationRole && wanted.installationRole === null;
    if (
      (loses && (await countOtherAdmins(transaction, userId)) > 0) ||
      (held !== installationRole && wanted.installationRole !== null)
    ) {
      const row = loses ? undefined : await findRoleToGive(transaction, installationRole);
      await changeUser(transaction, userId, { installationRoleId: row?.id ?? null });
      changed['installationRole'] = wanted.installationRole;
    }
  }
  const held = (await findMember(transaction, projectId, userId))?.role ?? null;
  if (wanted.installationRole !== null || held === wanted.defaultProjectRole) return changed;
  if (wanted.defaultProjectRole === null) await deleteMemberRow(transaction, { projectId, userId });
  else {
    const row = await findRoleToGive(transaction, wanted.defaultProjectRole);
    if (row === undefined) return changed;
    await putMemberRow(transaction, { projectId, userId, roleId: row.id, since: user.now });
  }
  return { ...changed, defaultProjectRole: wanted.defaultProjectRole };
};
