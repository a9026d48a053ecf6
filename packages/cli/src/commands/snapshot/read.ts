import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { type Command, Option } from 'commander';
import type { OpenContext } from '../../context.ts';
import { shortId } from '../../input/find-one.ts';
import {
  hasSnapshotEnded,
  snapshotStateNames,
  toneOfSnapshot,
  wordOfSnapshot,
  type SnapshotState,
} from '../../output/snapshot-words.ts';
import type { Style } from '../../output/style.ts';
import { formatFields } from '../../output/table.ts';
import { harmless } from '../../output/text.ts';
import { formatDuration, formatRelative, formatSize, formatTime } from '../../output/units.ts';
import { findMachineId, machineReference, readLabels } from '../machine/find-machine.ts';
import { limitOption, noteMore } from '../pages.ts';
import { findSnapshot, readSnapshots, snapshotReference } from './find-snapshot.ts';

interface ListOptions {
  readonly machine?: string;
  readonly state?: SnapshotState;
  readonly limit: number;
}

const maybe = <Value>(value: Value | null, format: (value: Value) => string): string | undefined =>
  value === null ? undefined : format(value);

/** What an earlier attempt failed for is no trouble once one went through. */
const troubleOf = ({ state, error }: Snapshot): string | null => (state === 'verified' ? null : error);

const formatSnapshot = (found: Snapshot, style: Style): string =>
  formatFields(
    [
      ['Snapshot', found.id],
      ['In restic', found.short_id],
      ['Machine', found.instance_id],
      ['State', style.paint(toneOfSnapshot(found.state), wordOfSnapshot(found.state, style))],
      [
        'Progress',
        hasSnapshotEnded(found) ? undefined : maybe(found.percent, (percent) => `${Math.round(percent)} %`),
      ],
      ['Error', maybe(troubleOf(found), harmless)],
      ['Kind', found.kind],
      ['Made', formatTime(found.time)],
      ['Took', maybe(found.duration_seconds, formatDuration)],
      ['Verified in', maybe(found.verify_seconds, formatDuration)],
      ['Folders', found.paths.map(harmless).join(', ')],
      ['Left out', found.excludes.length === 0 ? undefined : found.excludes.map(harmless).join(', ')],
      [
        'Files',
        maybe(
          found.total_files_processed,
          (files) =>
            `${files} (${found.files_new ?? 0} new, ${found.files_changed ?? 0} changed, ${found.files_unmodified ?? 0} as before)`,
        ),
      ],
      ['Size', maybe(found.total_bytes_processed, formatSize)],
      ['Added', maybe(found.data_added, formatSize)],
      ['Changed meanwhile', found.files_changed_meanwhile ?? undefined],
      ['Tags', found.tags.length === 0 ? undefined : found.tags.map(harmless).join(', ')],
      ['Kept forever', found.keep_forever ? 'yes' : 'no'],
      ['Manifest SHA-256', found.manifest_sha256 ?? undefined],
      ...found.problems.map((problem) => ['Problem', harmless(problem.text)] as const),
    ],
    style,
  );

export const registerSnapshotRead = (snapshot: Command, open: OpenContext): void => {
  snapshot
    .command('list')
    .alias('ls')
    .summary('list snapshots, newest first')
    .description('List snapshots, newest first.')
    .option('-m, --machine <machine>', `only of this machine: ${machineReference}`)
    .addOption(new Option('--state <state>', 'only these').choices(snapshotStateNames))
    .addOption(limitOption('snapshots'))
    .action(async (options: ListOptions, command: Command) => {
      const context = open(command);
      const { out, host } = context;
      const client = await context.client();
      const query = {
        ...(options.machine === undefined
          ? {}
          : { instance_id: await findMachineId(context, options.machine) }),
        ...(options.state === undefined ? {} : { state: options.state }),
      };
      const { items, more } = await readSnapshots(client, options.limit, query);
      const labels: ReadonlyMap<string, string> = out.json ? new Map() : await readLabels(context);
      const now = host.clock.now();
      await out.list(
        items,
        [
          { header: 'SNAPSHOT', value: (row) => shortId(row.id), tone: () => 'strong' },
          {
            header: 'MACHINE',
            value: (row) => labels.get(row.instance_id) ?? shortId(row.instance_id),
            flexible: true,
          },
          {
            header: 'STATE',
            value: (row) => wordOfSnapshot(row.state, out.style),
            tone: (row) => toneOfSnapshot(row.state),
          },
          { header: 'KIND', value: (row) => row.kind },
          { header: 'MADE', value: (row) => formatRelative(row.time, now) },
          { header: 'FILES', value: (row) => row.total_files_processed, align: 'right' },
          {
            header: 'SIZE',
            value: (row) => maybe(row.total_bytes_processed, formatSize),
            align: 'right',
          },
          { header: 'ADDED', value: (row) => maybe(row.data_added, formatSize), align: 'right' },
          { header: 'FOLDERS', value: (row) => row.paths.join(', '), flexible: true },
          { header: 'KEPT', value: (row) => (row.keep_forever ? 'forever' : null) },
          {
            header: 'TROUBLE',
            value: (row) => troubleOf(row) ?? row.problems[0]?.text,
            tone: () => 'bad',
            flexible: true,
          },
        ],
        Object.keys(query).length === 0
          ? 'No snapshots yet. Make one: dumont snapshot create MACHINE'
          : 'No snapshot is like that.',
      );
      await noteMore(out, more, options.limit);
    });
  snapshot
    .command('show')
    .summary('show one snapshot')
    .description('Show one snapshot: state, what is in it, what is wrong with it.')
    .argument('<snapshot>', snapshotReference)
    .action(async (word: string, _options: unknown, command: Command) => {
      const { out, client } = open(command);
      const found = await findSnapshot(await client(), word);
      await out.result(found, () => formatSnapshot(found, out.style));
    });
};
