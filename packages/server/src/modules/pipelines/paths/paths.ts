import type { PathSetting } from '@dumont/contracts/pipelines/settings';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Catalogue } from '../manifests/catalogue.ts';
import type { Actor, ChangeSettings } from '../settings-change.ts';
import type { AllowedFolders, FolderCheck } from './folders.ts';
import { listPathSettings, removePathSetting, savePathSetting } from './paths-store.ts';

/** Names that earlier clients save and read back; no system that ships writes there. */
const namesOfEarlierClients = ['excel', 'bd_xlsx'];

export interface PathChange {
  readonly name: string;
  /** Null takes the setting away. */
  readonly path: string | null;
  readonly create: boolean;
}

export interface Paths {
  list(projectId: string): Promise<readonly PathSetting[]>;
  /** All or none. Throws `path.unknown` and `path.invalid`. */
  save(actor: Actor, changes: readonly PathChange[]): Promise<void>;
  /** Each name with what was found of its folder now. */
  check(projectId: string, names: readonly string[]): Promise<ReadonlyMap<string, CheckedPath>>;
}

export type CheckedPath =
  | (FolderCheck & { readonly configured: string | undefined })
  | { readonly ok: false; readonly reason: string; readonly configured: undefined };

const notSet = 'is set; choose one under Settings';

export const invalidPath = (
  name: string,
  checked: { configured: string | undefined; reason: string },
): AppError =>
  new AppError('path.invalid', { name, path: checked.configured ?? 'no folder', reason: checked.reason });

export const createPaths = (deps: {
  db: Database;
  clock: Clock;
  catalogue: Catalogue;
  folders: AllowedFolders;
  changeSettings: ChangeSettings;
}): Paths => {
  const systemsByName = (): ReadonlyMap<string, readonly string[]> =>
    new Map([
      ...deps.catalogue.pathNames,
      ...namesOfEarlierClients
        .filter((name) => !deps.catalogue.pathNames.has(name))
        .map((name) => [name, []] as const),
    ]);

  const check = async (projectId: string, names: readonly string[]): Promise<Map<string, CheckedPath>> => {
    const settings = await listPathSettings(deps.db, projectId);
    const checked = new Map<string, CheckedPath>();
    for (const name of names) {
      const configured = settings.get(name);
      checked.set(
        name,
        configured === undefined
          ? { ok: false, reason: notSet, configured }
          : { ...(await deps.folders.check(configured)), configured },
      );
    }
    return checked;
  };

  /** What to write for a change: the folder as it really is. */
  const resolveChange = async (change: PathChange): Promise<{ name: string; path: string | null }> => {
    if (change.path === null) return { name: change.name, path: null };
    const found = await deps.folders.check(change.path, { create: change.create });
    if (!found.ok) throw invalidPath(change.name, { configured: change.path, reason: found.reason });
    return { name: change.name, path: found.path };
  };

  return {
    check,

    list: async (projectId) => {
      const names = systemsByName();
      const checked = await check(projectId, [...names.keys()]);
      return [...names].map(([name, systems]) => {
        const found = checked.get(name);
        const configured = found?.configured ?? null;
        const refused = found !== undefined && !found.ok && 'finding' in found ? found : undefined;
        return {
          name,
          path: configured,
          systems: [...systems],
          problem: refused?.reason ?? null,
          problemFinding: refused?.finding ?? null,
        };
      });
    },

    save: async (actor, changes) => {
      const names = systemsByName();
      const unknown = changes.find(({ name }) => !names.has(name));
      if (unknown !== undefined) {
        throw new AppError('path.unknown', { name: unknown.name, known: [...names.keys()].join(', ') });
      }
      const writes = await Promise.all(changes.map(resolveChange));
      const at = deps.clock.now();
      await deps.changeSettings(
        writes.map(({ name, path }) => ({
          ...actor,
          action: path === null ? 'path.deleted' : 'path.saved',
          subjectType: 'path',
          subjectId: name,
          details: { path },
          systems: names.get(name) ?? [],
        })),
        async (executor) => {
          for (const { name, path } of writes) {
            if (path === null) await removePathSetting(executor, actor.projectId, name);
            else await savePathSetting(executor, { projectId: actor.projectId, name, path, at });
          }
        },
      );
    },
  };
};
