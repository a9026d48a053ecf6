import { builtInRoles } from '@dumont/contracts/access';
import { NewRole } from '@dumont/contracts/identity/roles';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { readFolderFiles } from '../../kernel/config/folder-files.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { inFirstStart } from './first-start-store.ts';
import { changeRole, deleteRoleRow, insertRole, listRoleRows } from './role-store.ts';

const fileName = 'roles.json';

/** `roles.json` in a folder of the installation; a role of it is what one made in the console is. */
const RolesFile = z.strictObject({ roles: z.array(NewRole).max(100) });

interface FolderRole {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly grants: readonly string[];
}

/** Throws `ConfigError`, which names file and field. */
export const readFolderRoles = async (folders: readonly string[]): Promise<readonly FolderRole[]> => {
  const roles = new Map<string, FolderRole>();
  for (const { file, content } of await readFolderFiles(folders, fileName, RolesFile)) {
    for (const [at, { name, description, grants }] of content.roles.entries()) {
      const field = `${file}: roles[${at}].name`;
      if (Object.hasOwn(builtInRoles, name)) throw new ConfigError(`${field}: ${name} is a built-in role`);
      const other = roles.get(name);
      if (other !== undefined) throw new ConfigError(`${field}: ${name} is also in ${other.file}`);
      roles.set(name, { file, name, description, grants: [...new Set(grants)] });
    }
  }
  return [...roles.values()];
};

const isSame = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((each) => right.includes(each));

/**
 * Makes the roles of the installation's folders what their files say; a role of the same name that was made in the
 * console becomes theirs. One that is in no file any more grants nothing from now on, and goes once nobody has it.
 */
export const writeFolderRoles = async (
  deps: { db: Database; clock: Clock; random: Random; log: Logger; audit: Audit },
  given: readonly FolderRole[],
): Promise<void> => {
  const note = async (
    transaction: Transactor,
    action: 'role.created' | 'role.changed' | 'role.deleted',
    id: string,
    details: { name: string; grants?: string[]; before?: string[]; file?: string },
  ): Promise<void> =>
    deps.audit({ actorId: null, action, subjectType: 'role', subjectId: id, details }, transaction);

  await inFirstStart(deps.db, async (transaction) => {
    const before = new Map((await listRoleRows(transaction)).map((role) => [role.name, role]));
    for (const { file, name, description, grants } of given) {
      const role = before.get(name);
      const details = { name, grants: [...grants], file };
      if (role === undefined) {
        const id = deps.random.id();
        const createdAt = deps.clock.now();
        await insertRole(transaction, { id, name, description, grants, ofFolder: true, createdAt });
        await note(transaction, 'role.created', id, details);
        continue;
      }
      if (role.ofFolder && role.description === description && isSame(role.grants, grants)) continue;
      await changeRole(transaction, role.id, { description, grants, ofFolder: true });
      await note(transaction, 'role.changed', role.id, { ...details, before: role.grants });
    }
    const names = new Set(given.map(({ name }) => name));
    for (const { id, name, grants, members, ofFolder } of before.values()) {
      if (!ofFolder || names.has(name)) continue;
      if (members === 0) {
        await deleteRoleRow(transaction, id);
        await note(transaction, 'role.deleted', id, { name });
        continue;
      }
      deps.log.warn(
        { role: name, members },
        'a role is in no file any more: whoever has it may nothing by it',
      );
      if (grants.length === 0) continue;
      await changeRole(transaction, id, { grants: [] });
      await note(transaction, 'role.changed', id, { name, grants: [], before: grants });
    }
  });
};
