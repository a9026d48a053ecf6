import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../../kernel/clock.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import type { MachineShell } from './machine-shell.ts';
import { defaultTuning, type RepositoryAccess } from './restic/access.ts';
import { createHostShell } from './restic/host-shell.ts';
import { createRestic, type Restic } from './restic/restic.ts';

export const random = createSystemRandom(systemClock);
export const never = new AbortController().signal;
/** Nobody in particular: what only root may read it cannot. */
export const plainUser = { uid: 65_432, gid: 65_432 };

export interface TestFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes files by their path in the folder; folders are made. */
  write(files: Readonly<Record<string, string | Buffer>>): Promise<void>;
}

/** A folder of a test's own that everyone may read. */
export const createTestFolder = async (): Promise<TestFolder> => {
  const path = await mkdtemp(join(tmpdir(), 'dumont-snapshots-'));
  await chmod(path, 0o777);
  return {
    path,
    write: async (files) => {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, content);
      }
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** A folder of this host as a machine: its programs are this host's, run as `user`. */
export const createLocalMachine = (
  folder: string,
  user?: { readonly uid: number; readonly gid: number },
): MachineShell =>
  createHostShell({
    toolsFolder: join(folder, 'tools'),
    clock: systemClock,
    random,
    ...(user === undefined ? {} : { user }),
  });

export const folderAccess = (folder: string, password = 'a password of a test'): RepositoryAccess => ({
  environment: { RESTIC_REPOSITORY: folder, RESTIC_PASSWORD: password },
  secrets: [password],
});

export const createTestRestic = (
  shell: MachineShell,
  access: RepositoryAccess,
  more: { readonly timeoutSeconds?: number } = {},
): Restic =>
  createRestic({
    shell,
    program: 'restic',
    access,
    tuning: { ...defaultTuning, connections: 4 },
    cacheFolder: undefined,
    timeoutSeconds: more.timeoutSeconds ?? 60,
  });
