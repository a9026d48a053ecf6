import { join } from 'node:path';
import type { Random } from '../../../kernel/random.ts';
import { createFolderFiles } from './folder-files.ts';
import type { RepositoryFiles } from './repository-files.ts';

/** How a store is reached without the gateway: the environment of restic, and what of it is secret. */
export interface DirectAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/** Where the repositories of an installation are: a prefix for each machine. */
export interface RepositoryPlace {
  files(machineId: string): RepositoryFiles;
  /** For the server's own restic. */
  forServer(machineId: string): DirectAccess;
  /**
   * For a machine, where the operator has named a key that machines may have. It opens the repositories of all
   * machines: without one, machines come through the gateway.
   */
  forMachine(machineId: string): DirectAccess | undefined;
}

export const createFolderPlace = (folder: string, random: Pick<Random, 'id'>): RepositoryPlace => ({
  files: (machineId) => createFolderFiles(join(folder, machineId), random),
  forServer: (machineId) => ({ environment: { RESTIC_REPOSITORY: join(folder, machineId) }, secrets: [] }),
  forMachine: () => undefined,
});
