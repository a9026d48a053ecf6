import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { shortId } from '../input/find-one.ts';
import type { Style, Tone } from './style.ts';
import { harmless } from './text.ts';
import { formatCount, formatDuration, formatSize } from './units.ts';

export type SnapshotState = Snapshot['state'];

const looks: Readonly<Record<SnapshotState, readonly [tone: Tone, sign: string]>> = {
  creating: ['active', '◔'],
  verifying: ['active', '●'],
  verified: ['good', '✓'],
  partial: ['warning', '!'],
  failed: ['bad', '✗'],
};

export const snapshotStateNames = Object.keys(looks) as readonly SnapshotState[];

export const toneOfSnapshot = (state: SnapshotState): Tone => looks[state][0];

export const wordOfSnapshot = (state: SnapshotState, style: Style): string =>
  style.signs ? `${looks[state][1]} ${state}` : state;

export const hasSnapshotEnded = ({ state }: Snapshot): boolean =>
  state !== 'creating' && state !== 'verifying';

/** `Snapshot 1f2e3d4c is verified after 12 s: 1204 files (12 new, 3 changed), 1.2 GiB, 30.0 MiB added` */
export const describeSnapshotEnd = (snapshot: Snapshot, style: Style): string => {
  const state = style.paint(toneOfSnapshot(snapshot.state), wordOfSnapshot(snapshot.state, style));
  const seconds = (snapshot.duration_seconds ?? 0) + (snapshot.verify_seconds ?? 0);
  const after = seconds === 0 ? '' : ` after ${formatDuration(seconds)}`;
  const head = `Snapshot ${shortId(snapshot.id)}: ${state}${after}`;
  if (snapshot.state === 'failed') return `${head}: ${harmless(snapshot.error ?? 'nobody knows why')}`;
  const changes = `${snapshot.files_new ?? 0} new, ${snapshot.files_changed ?? 0} changed`;
  const amount = `${formatCount(snapshot.total_files_processed ?? 0, 'file')} (${changes}), ${formatSize(snapshot.total_bytes_processed ?? 0)}, ${formatSize(snapshot.data_added ?? 0)} added`;
  const problems = snapshot.problems.map((problem) => `\n  ${harmless(problem.text)}`).join('');
  return `${head}: ${amount}${problems}`;
};
