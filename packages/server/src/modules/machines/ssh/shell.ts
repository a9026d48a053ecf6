import type { MachineShell } from '../../snapshots/index.ts';
import type { SshConnection } from './connection.ts';

/** A machine as programs of ours use it, e.g. restic. */
export const createMachineShell = (
  { run, putFile }: Pick<SshConnection, 'run' | 'putFile'>,
  toolsFolder: string,
): MachineShell => ({ run, putFile, toolsFolder });
