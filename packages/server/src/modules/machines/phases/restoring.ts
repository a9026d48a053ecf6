import { refOf } from '../machine-ref.ts';
import { workTrouble } from '../trouble.ts';
import { again, done, moved, type PhaseStep, type WorkingUnit } from './phase.ts';
import { rejectWinner } from './reject-winner.ts';

const lookMs = 1000;

/** What the machine begins with: for a migration what was just taken of it. */
const snapshotFor = ({ operation }: WorkingUnit): string | null =>
  operation.kind === 'migrate' ? operation.snapshot_id : (operation.request.restoreSnapshotId ?? null);

/** Brings the files back and has every one of them compared, before the machine counts as ready. */
export const restoring: PhaseStep = async (deps, unit) => {
  const { machine, operation } = unit;
  const snapshotId = snapshotFor(unit);
  if (snapshotId === null) return done;
  if (operation.restore_id === null) {
    const restore = await deps.snapshots.restore(refOf(machine), {
      requestKey: `operation:${operation.id}:${operation.winner_id ?? ''}`,
      snapshotId,
      targetPath: '/',
      verify: true,
    });
    await unit.save({ operation: { restore_id: restore.id } });
    return again(lookMs);
  }
  const restore = await deps.snapshots.findRestore(operation.restore_id);
  if (restore?.state === 'complete') return done;
  if (restore?.state === 'restoring') return again(lookMs, workTrouble(restore));
  // Another host may do what this one could not; the batches are counted.
  await rejectWinner(deps, unit, `restore: ${restore?.error_message ?? 'it is gone'}`);
  return moved;
};
