import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, normalize } from 'node:path';
import { LaunchRefused, type Mount } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';

/** One step of building the file system that a run sees, starting from an empty one. */
export type ViewStep =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'bind'; readonly path: string; readonly source: string; readonly writable: boolean }
  | { readonly kind: 'processes' | 'devices'; readonly path: string };

type Bind = Extract<ViewStep, { kind: 'bind' }>;

const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** The system's own folders, read-only, with the links that merge them into /usr where this host has those. */
const systemSteps = (): ViewStep[] =>
  systemFolders.flatMap((path): ViewStep[] => {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return [];
    if (entry.isSymbolicLink()) return [{ kind: 'link', path, target: readlinkSync(path) }];
    return [{ kind: 'bind', path, source: path, writable: false }];
  });

export interface ViewSource {
  /** Folder of all runs; nothing that contains it may be shown. */
  readonly runsDir: string;
  readonly runtimeFolders: readonly string[];
  readonly etc: string;
}

/**
 * The steps for one attempt: parents before what lies in them, with every parent folder made explicitly,
 * because bubblewrap makes missing parents with mode 0700 and another user could not enter them.
 */
export const createView = (source: ViewSource) => {
  const system = systemSteps();
  const runtime = source.runtimeFolders.map((path) => bindOf({ path, writable: false }, source.runsDir));
  return (folder: AttemptFolder, mounts: readonly Mount[]): ViewStep[] => {
    const binds = new Map<string, Bind>();
    const own: Bind[] = [
      { kind: 'bind', path: '/etc', source: source.etc, writable: false },
      { kind: 'bind', path: '/tmp', source: folder.tmp, writable: true },
      { kind: 'bind', path: folder.work, source: folder.work, writable: true },
      { kind: 'bind', path: folder.output, source: folder.output, writable: true },
    ];
    const asked = mounts.map((mount) => bindOf(mount, source.runsDir));
    for (const bind of [...runtime, ...asked, ...own]) {
      const isShown = !bind.writable && systemFolders.some((path) => isWithin(path, bind.source));
      if (isShown && bind.path === bind.source) continue;
      binds.set(bind.path, bind);
    }
    const known = new Set(system.map(({ path }) => path));
    const ordered = [...binds.values()].toSorted((a, b) => depthOf(a.path) - depthOf(b.path));
    return [
      ...system,
      { kind: 'processes', path: '/proc' },
      { kind: 'devices', path: '/dev' },
      ...ordered.flatMap((bind) => [...parentSteps(bind.path, known), bind]),
    ];
  };
};

const parentSteps = (path: string, known: Set<string>): ViewStep[] => {
  const steps: ViewStep[] = [];
  for (let parent = dirname(path); parent !== '/' && !known.has(parent); parent = dirname(parent)) {
    known.add(parent);
    steps.unshift({ kind: 'folder', path: parent });
  }
  known.add(path);
  return steps;
};

/** Throws `LaunchRefused` for a folder that is missing or that would show what runs must not see. */
const bindOf = (mount: Mount, runsDir: string): Bind => {
  const path = normalize(mount.path).replace(/(?<=.)\/+$/, '');
  if (!isAbsolute(path)) throw new LaunchRefused(`The folder ${mount.path} is not an absolute path`);
  let source: string;
  try {
    source = realpathSync(path);
  } catch (cause) {
    throw new LaunchRefused(`The folder ${mount.path} does not exist or cannot be entered`, { cause });
  }
  if (isWithin(source, runsDir) || isWithin(runsDir, source)) {
    throw new LaunchRefused(`The folder ${mount.path} holds the files of other runs and cannot be shown`);
  }
  const reserved = ['/', '/proc', '/dev', '/sys', '/run', '/etc', '/root', '/tmp'];
  if (reserved.includes(path) || reserved.includes(source)) {
    throw new LaunchRefused(`The folder ${mount.path} of this host cannot be shown to runs as a whole`);
  }
  // Below a system folder that is a link (/lib -> usr/lib) only the real place can be mounted on.
  const isLinked = systemFolders.some((folder) => isWithin(folder, path));
  return { kind: 'bind', path: isLinked ? source : path, source, writable: mount.writable };
};

const isWithin = (folder: string, path: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);

const depthOf = (path: string): number => path.split('/').length;
