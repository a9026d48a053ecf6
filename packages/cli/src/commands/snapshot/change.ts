import type { Command } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import { confirm } from '../../input/prompt.ts';
import { formatTime } from '../../output/units.ts';
import { findSnapshot, snapshotReference } from './find-snapshot.ts';

interface DeleteOptions {
  readonly force?: boolean;
  readonly yes?: boolean;
}

export const registerSnapshotChange = (snapshot: Command, open: OpenContext): void => {
  snapshot
    .command('keep')
    .summary('keep a snapshot whatever the policy says')
    .description('Keep a snapshot forever, whatever "dumont snapshot policy" says, or give that up.')
    .argument('<snapshot>', snapshotReference)
    .option('--off', 'give it up: the policy decides again')
    .action(async (word: string, options: { off?: boolean }, command: Command) => {
      const { out, client: connect } = open(command);
      const client = await connect();
      const { id } = await findSnapshot(client, word);
      const kept = await client.keepSnapshotForever({
        params: { id },
        body: { keep_forever: options.off !== true },
      });
      await out.result(kept, () =>
        kept.keep_forever
          ? `Snapshot ${shortId(id)} is kept forever.`
          : `Snapshot ${shortId(id)} is kept as long as the policy keeps it.`,
      );
    });
  snapshot
    .command('delete')
    .alias('rm')
    .summary('delete a snapshot')
    .description('Delete a snapshot for good. The last verified one of its machine goes only with --force.')
    .argument('<snapshot>', snapshotReference)
    .option('--force', 'also when it is the last verified one of its machine')
    .option('-y, --yes', 'do not ask')
    .action(async (word: string, options: DeleteOptions, command: Command) => {
      const { out, host, client: connect } = open(command);
      const client = await connect();
      const { id, time, instance_id: machine } = await findSnapshot(client, word);
      await confirm(
        host,
        `Snapshot ${shortId(id)} of machine ${shortId(machine)}, made ${formatTime(time)}, is deleted for good.`,
        options,
      );
      await client.deleteSnapshot({
        params: { id },
        query: options.force === true ? { force: 'true' } : {},
      });
      await out.result({ id, deleted: true }, () => `Snapshot ${shortId(id)} is deleted.`);
    });
};
