import type { Snapshot, SnapshotRestore } from '@dumont/contracts/snapshots/snapshots';
import type { Context } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { watchState } from '../../follow/watch-state.ts';
import { shortId } from '../../input/find-one.ts';
import { createProgressLine } from '../../output/progress.ts';
import { describeSnapshotEnd, hasSnapshotEnded } from '../../output/snapshot-words.ts';
import { harmless } from '../../output/text.ts';
import { formatCount, formatDuration, formatSize } from '../../output/units.ts';
import { sayingHowToReturn } from '../leave.ts';

/** Waits for a snapshot with a progress line, and reports its end. Ctrl-C leaves it going on. */
export const reportSnapshot = async (context: Context, begun: Snapshot): Promise<void> => {
  const { host, out, client } = context;
  const connected = await client();
  const watch = async (): Promise<Snapshot> => {
    await using progress = createProgressLine(host, out.noteStyle);
    let said: string | null = null;
    return await watchState(host, {
      read: () => connected.getSnapshot({ params: { id: begun.id } }),
      hasEnded: hasSnapshotEnded,
      onState: async ({ state, percent, time, error }) => {
        if (error !== null && error !== said && state !== 'failed')
          await progress.above(() => out.warn(harmless(error)));
        said = error;
        progress.show({ label: `snapshot ${state}`, percent, message: error, since: time });
      },
    });
  };
  const id = shortId(begun.id);
  const end = await sayingHowToReturn(
    `Left; snapshot ${id} goes on. Watch it again: dumont snapshot watch ${id}`,
    watch,
  );
  await out.result(end, () => describeSnapshotEnd(end, out.style));
  if (end.state !== 'verified') context.outcome.exitCode = exitCodes.failed;
};

const describeRestore = (restore: SnapshotRestore): string => {
  const amount = `${formatCount(restore.files_restored ?? 0, 'file')}, ${formatSize(restore.bytes_restored ?? 0)}`;
  if (restore.state === 'failed') {
    return `The restore failed: ${harmless(restore.error ?? restore.errors[0] ?? 'nobody knows why')}`;
  }
  const speed =
    restore.megabytes_per_second === null || restore.megabytes_per_second < 0.1
      ? ''
      : ` at ${restore.megabytes_per_second.toFixed(1)} MB/s`;
  const after = restore.complete_seconds === null ? '' : ` after ${formatDuration(restore.complete_seconds)}`;
  const verified =
    restore.verified_seconds === null ? '' : `, compared after ${formatDuration(restore.verified_seconds)}`;
  const errors = restore.errors.map((error) => `\n  ${harmless(error)}`).join('');
  return `Back: ${amount}${after}${speed}${verified}.${errors}`;
};

/** Waits for a restore with what came back so far, and reports its end. Ctrl-C leaves it going on. */
export const reportRestore = async (context: Context, begun: SnapshotRestore): Promise<void> => {
  const { host, out, client } = context;
  const connected = await client();
  const since = host.clock.now().toISOString();
  const watch = async (): Promise<SnapshotRestore> => {
    await using progress = createProgressLine(host, out.noteStyle);
    return await watchState(host, {
      read: () => connected.getSnapshotRestore({ params: { id: begun.id } }),
      hasEnded: ({ state }) => state !== 'restoring',
      onState: (restore) => {
        const { bytes_restored: bytes, first_command_seconds: first, hot_set_seconds: hot } = restore;
        const reached =
          hot !== null ? 'what was used last is there' : first !== null ? 'its shell can be used' : null;
        const amount = bytes === null ? null : formatSize(bytes);
        progress.show({
          label: 'restore',
          percent: null,
          message: [amount, reached].filter((part) => part !== null).join(', ') || null,
          since,
        });
      },
    });
  };
  const end = await sayingHowToReturn(
    `Left; the restore goes on. Watch it again: dumont snapshot watch ${begun.id}`,
    watch,
  );
  await out.result(end, () => describeRestore(end));
  if (!end.success) context.outcome.exitCode = exitCodes.failed;
};
