import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { harmless } from '../../output/text.ts';
import { formatTime } from '../../output/units.ts';
import { collect } from '../arguments.ts';
import { findMachine } from '../machine/find-machine.ts';
import { findSnapshot, snapshotReference } from './find-snapshot.ts';
import { reportRestore } from './watch.ts';

interface RestoreOptions {
  readonly machine?: string;
  readonly to: string;
  readonly only?: readonly string[];
  readonly verify: boolean;
  readonly wait: boolean;
  readonly yes?: boolean;
}

export const registerSnapshotRestore = (snapshot: Command, open: OpenContext): void => {
  snapshot
    .command('restore')
    .summary('bring a snapshot back to a machine')
    .description(
      'Bring a snapshot, or a part of it, back to a machine: what was used last comes first. Ctrl-C leaves it going on.',
    )
    .argument('<snapshot>', snapshotReference)
    .option('-m, --machine <machine>', 'to this machine (default: the one that it was made of)')
    .option('--to <path>', 'below this folder of the machine; "/" is where everything was', '/')
    .option('--only <path>', 'only what lies here or below, again for more', collect)
    .option('--no-verify', 'do not compare every file afterwards')
    .option('--no-wait', 'do not wait: it goes on by itself')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: RestoreOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const found = await findSnapshot(client, word);
      const machine = await findMachine(context, options.machine ?? found.instance_id);
      if (options.to === '/') {
        await confirm(
          host,
          `Files of "${harmless(machine.label)}" get the content of ${formatTime(found.time)}: newer content is lost.`,
          options,
        );
      }
      const begun = await client.restoreSnapshot({
        query: { instance_id: machine.id },
        body: {
          snapshot_id: found.id,
          target_path: options.to,
          paths: [...(options.only ?? [])],
          verify: options.verify,
          wait: false,
        },
      });
      if (options.wait) return reportRestore(context, begun);
      await out.result(begun, () => `Snapshot ${shortId(found.id)} is being brought back.`);
      await out.note(`Watch it: dumont snapshot watch ${begun.id}`);
    });
};
