import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerSnapshotChange } from './snapshot/change.ts';
import { registerSnapshotCreate } from './snapshot/create.ts';
import { registerSnapshotPolicy } from './snapshot/policy.ts';
import { registerSnapshotRead } from './snapshot/read.ts';
import { registerSnapshotRestore } from './snapshot/restore.ts';

export const registerSnapshot = (program: Command, open: OpenContext): void => {
  const snapshot = program
    .command('snapshot')
    .summary('copies of the files of machines')
    .description('Snapshots: verified copies of the files of machines, to bring back to any machine.');
  registerSnapshotRead(snapshot, open);
  registerSnapshotCreate(snapshot, open);
  registerSnapshotRestore(snapshot, open);
  registerSnapshotChange(snapshot, open);
  registerSnapshotPolicy(snapshot, open);
};
