import type { RetentionInForce } from '@dumont/contracts/snapshots/snapshots';
import { type Command, Option } from 'commander';
import type { Context, OpenContext } from '../../context.ts';
import { confirm } from '../../input/prompt.ts';
import { formatFields } from '../../output/table.ts';
import { formatCount } from '../../output/units.ts';
import { wholeNumber } from '../arguments.ts';
import { findMachineId } from '../machine/find-machine.ts';

interface PolicyOptions {
  readonly machine?: string;
  readonly keepLast?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly reset?: boolean;
}

interface CleanupOptions {
  readonly machine?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `{instance_id}` or nothing, to be spread into a query or a body. */
const ofMachine = async (context: Context, word: string | undefined): Promise<{ instance_id?: string }> =>
  word === undefined ? {} : { instance_id: await findMachineId(context, word) };

const saidBy: Readonly<Record<RetentionInForce['of'], string>> = {
  machine: 'for this machine',
  project: 'for its project',
  default: 'by default',
};

export const registerSnapshotPolicy = (snapshot: Command, open: OpenContext): void => {
  snapshot
    .command('policy')
    .summary('how many snapshots are kept')
    .description(
      'Show how many snapshots are kept of each machine of the project, or of one; change it with options.',
    )
    .option('-m, --machine <machine>', 'of this machine, instead of the project')
    .addOption(
      new Option('--keep-last <number>', 'the newest, whatever their age').argParser(wholeNumber(1, 1000)),
    )
    .addOption(
      new Option('--keep-daily <days>', 'the newest of each of so many days').argParser(wholeNumber(0, 1000)),
    )
    .addOption(
      new Option('--keep-weekly <weeks>', 'the newest of each of so many weeks').argParser(
        wholeNumber(0, 1000),
      ),
    )
    .addOption(
      new Option('--reset', 'of a machine: as its project again; of a project: as it came').conflicts([
        'keepLast',
        'keepDaily',
        'keepWeekly',
      ]),
    )
    .action(async (options: PolicyOptions, command: Command) => {
      const context = open(command);
      const { out } = context;
      const client = await context.client();
      const projectId = await context.projectId();
      const query = {
        ...(projectId === undefined ? {} : { project_id: projectId }),
        ...(await ofMachine(context, options.machine)),
      };
      const present = await client.getRetentionPolicy({ query });
      const { keepLast, keepDaily, keepWeekly } = options;
      const isAsked = [keepLast, keepDaily, keepWeekly].some((value) => value !== undefined);
      const policy = options.reset
        ? await client.deleteRetentionPolicy({ query })
        : isAsked
          ? await client.putRetentionPolicy({
              query,
              body: {
                keep_last: keepLast ?? present.keep_last,
                keep_daily: keepDaily ?? present.keep_daily,
                keep_weekly: keepWeekly ?? present.keep_weekly,
              },
            })
          : present;
      await out.result(policy, () =>
        formatFields(
          [
            ['Newest', policy.keep_last],
            ['One a day', `${policy.keep_daily} days`],
            ['One a week', `${policy.keep_weekly} weeks`],
            ['So said', saidBy[policy.of]],
          ],
          out.style,
        ),
      );
    });
  snapshot
    .command('cleanup')
    .summary('delete now what the policy does not keep')
    .description('Delete now what the retention policy does not keep.')
    .option('-m, --machine <machine>', 'only of this machine')
    .option('--dry-run', 'only say what that is')
    .option('-y, --yes', 'do not ask')
    .action(async (options: CleanupOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const machine = await ofMachine(context, options.machine);
      const planned = await client.cleanUpSnapshots({ body: { ...machine, dry_run: true } });
      const { deleted, kept } = planned;
      if (options.dryRun === true || deleted.length === 0) {
        return out.result(planned, () =>
          deleted.length === 0
            ? `There is nothing to delete: ${kept} stay.`
            : [`${deleted.length} would be deleted, ${kept} stay:`, ...deleted].join('\n'),
        );
      }
      await confirm(
        host,
        `Deleted for good: ${formatCount(deleted.length, 'snapshot')}; ${kept} stay.`,
        options,
      );
      const done = await client.cleanUpSnapshots({ body: { ...machine, dry_run: false } });
      await out.result(
        done,
        () => `Deleted: ${formatCount(done.deleted.length, 'snapshot')}; ${done.kept} stay.`,
      );
    });
};
