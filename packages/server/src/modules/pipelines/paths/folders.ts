import type { Finding } from '@dumont/contracts/finding';
import type { FindingCode } from '@dumont/contracts/finding-texts';
import { found, proseOf } from '@dumont/contracts/findings';
import { constants } from 'node:fs';
import { access, mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';

export type FolderCheck =
  | { readonly ok: true; readonly path: string }
  /** Ends the sentence that the path begins. */
  | { readonly ok: false; readonly reason: string; readonly finding: Finding };

export interface BrowsedFolder {
  readonly name: string;
  readonly path: string;
  readonly writable: boolean;
}

/** Folders of this host that pipelines may write to: those inside the allowed roots, whatever links lead there. */
export interface AllowedFolders {
  readonly roots: readonly string[];
  /** Where `path` really is, if a pipeline can write there. With `create` a folder that is missing is made. */
  check(path: string, options?: { create: boolean }): Promise<FolderCheck>;
  browse(
    path: string | undefined,
  ): Promise<
    | { ok: true; path: string | null; parent: string | null; folders: readonly BrowsedFolder[] }
    | { ok: false; reason: string }
  >;
}

type Refusal = Extract<FolderCheck, { ok: false }>;

const refusal = (code: FindingCode, params: Finding['params'] = {}): Refusal => ({
  ok: false,
  reason: proseOf(found(code, params)),
  finding: { code, params },
});
const outside = refusal('folder.outside');
/** A dialog shows no more; what is beyond can be typed. */
const maxBrowsed = 2000;

const isWithin = (root: string, path: string): boolean =>
  path === root || path.startsWith(root === sep ? sep : `${root}${sep}`);

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

const refusalOf = (error: unknown): Refusal => {
  const code = codeOf(error);
  const known = refusals[code];
  return known === undefined
    ? refusal('folder.unusable', { reason: code || 'unknown reason' })
    : refusal(known);
};

const refusals: Readonly<Partial<Record<string, FindingCode>>> = {
  ENOENT: 'folder.missing',
  ENOTDIR: 'folder.no_folder',
  EEXIST: 'folder.no_folder',
  EACCES: 'folder.denied',
  EPERM: 'folder.denied',
  EROFS: 'folder.read_only',
  ELOOP: 'folder.circle',
  ENAMETOOLONG: 'folder.too_long',
  ENOSPC: 'folder.disk_full',
};

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );

/** The deepest folder above `path` that exists, links resolved. */
const existingAncestor = async (path: string): Promise<string> => {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    try {
      return await realpath(parent);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || parent === dirname(parent)) throw error;
    }
  }
};

/** Makes the roots that are missing, so that a fresh installation has one. */
export const openAllowedFolders = async (configured: readonly string[]): Promise<AllowedFolders> => {
  const roots: string[] = [];
  for (const root of configured) {
    await mkdir(root, { recursive: true });
    roots.push(await realpath(root));
  }
  const named = [...new Set([...roots, ...configured.map((root) => resolve(root))])];
  const isAllowed = (path: string): boolean => roots.some((root) => isWithin(root, path));

  const check = async (path: string, { create }: { create: boolean }): Promise<FolderCheck> => {
    if (!isAbsolute(path)) return refusal('folder.not_absolute');
    const wanted = resolve(path);
    // By its name first, so that nobody learns what exists elsewhere on this host.
    if (!named.some((root) => isWithin(root, wanted))) return outside;
    try {
      if (create) {
        if (!isAllowed(await existingAncestor(wanted))) return outside;
        await mkdir(wanted, { recursive: true });
      }
      const real = await realpath(wanted);
      if (!isAllowed(real)) return outside;
      if (!(await stat(real)).isDirectory()) return refusal('folder.no_folder');
      await access(real, constants.R_OK | constants.W_OK | constants.X_OK);
      return { ok: true, path: real };
    } catch (error) {
      return refusalOf(error);
    }
  };

  const listFolders = async (path: string): Promise<BrowsedFolder[]> => {
    const found: BrowsedFolder[] = [];
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || found.length >= maxBrowsed) continue;
      if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
      const real = await realpath(join(path, entry.name)).catch(() => undefined);
      if (real === undefined || !isAllowed(real)) continue;
      const isFolder = await stat(real).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
      if (isFolder)
        found.push({ name: entry.name, path: join(path, entry.name), writable: await isWritable(real) });
    }
    return found.toSorted((a, b) => a.name.localeCompare(b.name));
  };

  return {
    roots,
    check: (path, options = { create: false }) => check(path, options),
    browse: async (path) => {
      if (path === undefined) {
        const folders = roots.map(async (root) => ({
          name: root,
          path: root,
          writable: await isWritable(root),
        }));
        return { ok: true, path: null, parent: null, folders: await Promise.all(folders) };
      }
      const checked = await check(path, { create: false });
      // A folder that cannot be written to may still have some in it that can.
      const wanted = resolve(path);
      const real = checked.ok ? checked.path : await realpath(wanted).catch(() => undefined);
      const isHere = isAbsolute(path) && named.some((root) => isWithin(root, wanted));
      if (!isHere || real === undefined || !isAllowed(real)) {
        return checked.ok ? outside : checked;
      }
      try {
        const parent = roots.includes(real) ? null : dirname(real);
        return { ok: true, path: real, parent, folders: await listFolders(real) };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
};
