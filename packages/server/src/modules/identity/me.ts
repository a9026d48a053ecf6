import { locales, type Locale, type Me } from '@dumont/contracts/identity/auth';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import { findMe, listMembershipsOf } from './user-store.ts';

/** A user as they see themselves. */
export const readMe = async (
  { db, language }: { db: Database; language: Locale },
  userId: string,
): Promise<Me> => {
  const row = await findMe(db, userId);
  if (row === undefined) throw new AppError('user.not_found');
  const memberships = await listMembershipsOf(db, [userId]);
  const { roleName, roleGrants, source, locale, ...user } = row;
  return {
    ...user,
    source: source as Me['source'],
    locale: locales.find((known) => known === locale) ?? language,
    memberships: [
      ...(roleName === null
        ? []
        : [{ projectId: null, projectName: null, role: roleName, grants: [...(roleGrants ?? [])] }]),
      ...memberships.map(({ projectId, projectName, role, grants }) => ({
        projectId,
        projectName,
        role,
        grants: [...grants],
      })),
    ],
  };
};
