import { z } from 'zod';
import { readFolderFiles } from '../../../kernel/config/folder-files.ts';
import { ConfigError } from '../../../kernel/config/settings.ts';
import { actionOf, actions } from '../actions.ts';
import { roleNumbers, type DoorRoute } from '../door.ts';
import type { RolePermission } from './matrix-store.ts';

const fileName = 'permissions.json';

const Entry = z.strictObject({
  role: z.string().min(1).max(128),
  /** As `/apiview/` names it. */
  view: z.string().min(1).max(128),
  methods: z.array(z.enum(actions.map(({ method }) => method))).min(1),
});

/** `permissions.json` in a folder of the installation: what roles may at this door beside what they may anyway. */
const PermissionsFile = z.strictObject({ permissions: z.array(Entry).max(1000) });

/** One entry, and where it stands. */
export interface FolderPermission extends z.infer<typeof Entry> {
  readonly field: string;
}

/** Throws `ConfigError`, which names file and field. */
export const readFolderPermissions = async (
  folders: readonly string[],
): Promise<readonly FolderPermission[]> =>
  (await readFolderFiles(folders, fileName, PermissionsFile)).flatMap(({ file, content }) =>
    content.permissions.map((entry, at) => ({ ...entry, field: `${file}: permissions[${at}]` })),
  );

/** As the matrix keeps them. Throws `ConfigError` for a role, an address or a method that there is not. */
export const resolveFolderPermissions = (
  given: readonly FolderPermission[],
  known: {
    readonly routes: readonly DoorRoute[];
    readonly viewIds: ReadonlyMap<string, number>;
    /** By name. */
    readonly roles: ReadonlyMap<string, number>;
  },
): readonly RolePermission[] =>
  given.flatMap(({ field, role, view, methods }) => {
    const roleNumber = role === 'dummy' ? roleNumbers.dummy : known.roles.get(role);
    if (roleNumber === undefined) throw new ConfigError(`${field}.role: there is no role ${role}`);
    const routes = known.routes.filter((route) => route.view === view && route.roles !== 'public');
    const viewId = known.viewIds.get(view);
    if (routes.length === 0 || viewId === undefined)
      throw new ConfigError(`${field}.view: there is no ${view} for which a permission is needed`);
    return methods.map((method, at) => {
      if (!routes.some((route) => route.method === method))
        throw new ConfigError(`${field}.methods[${at}]: ${view} has no ${method}`);
      return { viewId, action: actionOf(method), roleNumber };
    });
  });
