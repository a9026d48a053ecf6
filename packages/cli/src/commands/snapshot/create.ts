import { ApiError } from '@dumont/contracts/client';
import type { Command } from 'commander';
import { isId, type OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { collect } from '../arguments.ts';
import { findMachineId, machineReference } from '../machine/find-machine.ts';
import { findSnapshot, snapshotReference } from './find-snapshot.ts';
import { reportRestore, reportSnapshot } from './watch.ts';

interface CreateOptions {
  readonly path: string;
  readonly tag?: readonly string[];
  readonly exclude?: readonly string[];
  readonly wait: boolean;
}

export const registerSnapshotCreate = (snapshot: Command, open: OpenContext): void => {
  snapshot
    .command('create')
    .summary('make a snapshot of a running machine')
    .description(
      'Make a snapshot of a running machine and verify it. Ends with 1 unless every file was compared. Ctrl-C leaves it going on.',
    )
    .argument('<machine>', machineReference)
    .option('--path <path>', 'the folder in the machine', '/workspace')
    .option('--exclude <pattern>', 'leave this name ("*.tmp") or absolute path out, again for more', collect)
    .option('--tag <tag>', 'again for more', collect)
    .option('--no-wait', 'do not wait: it goes on by itself')
    .action(async (machine: string, options: CreateOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const { snapshot_id: id } = await client.createSnapshot({
        body: {
          instance_id: await findMachineId(context, machine),
          source_path: options.path,
          tags: [...(options.tag ?? [])],
          excludes: [...(options.exclude ?? [])],
          wait: false,
        },
      });
      const begun = await client.getSnapshot({ params: { id } });
      if (options.wait) return reportSnapshot(context, begun);
      await out.result(begun, () => `Snapshot ${shortId(id)} is being made.`);
      await out.note(`Watch it: dumont snapshot watch ${shortId(id)}`);
    });
  snapshot
    .command('watch')
    .summary('wait for a snapshot or a restore that goes on')
    .description('Wait for the end of a snapshot or a restore that was begun before.')
    .argument('<snapshot>', `of a snapshot: ${snapshotReference}; of a restore: its id`)
    .action(async (word: string, _options: unknown, command: Command) => {
      const context = open(command);
      const client = await context.client();
      const restore = isId(word)
        ? await client.getSnapshotRestore({ params: { id: word.toLowerCase() } }).catch((error: unknown) => {
            if (error instanceof ApiError && error.status === 404) return undefined;
            throw error;
          })
        : undefined;
      if (restore !== undefined) return reportRestore(context, restore);
      return reportSnapshot(context, await findSnapshot(client, word));
    });
};
