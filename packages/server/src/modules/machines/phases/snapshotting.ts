import { AppError } from '../../../kernel/errors.ts';
import type { SnapshotRequest } from '../../snapshots/index.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { refOf } from '../machine-ref.ts';
import { savedPaths, type RentalRow } from '../machine.ts';
import type { SnapshotState } from '../ports.ts';
import { workTrouble } from '../trouble.ts';
import { again, done, failed, type PhaseStep, type WorkingUnit } from './phase.ts';

const lookMs = 1000;
const kindOf = ({ operation }: WorkingUnit): SnapshotRequest['kind'] =>
  operation.kind === 'migrate' ? 'migrate' : 'hibernate';

/** What is to be saved: nothing where no rental was ever handed over, or its files are given up by the word of its user. */
const findSource = async (
  deps: EngineDeps,
  { machine, operation }: WorkingUnit,
): Promise<RentalRow | undefined> => {
  if (operation.request.skipSnapshot === true || machine.rental_id === null) return undefined;
  const rental = await deps.rentals.find(machine.rental_id);
  const isGivenUp = rental?.state === 'gone' && operation.kind === 'destroy';
  return rental?.handed_over_at === null || isGivenUp ? undefined : rental;
};

/** The files of a stopped container cannot be read; they were saved and compared before it was stopped. */
const savedByPause = ({ machine, operation }: WorkingUnit): string | null =>
  machine.state === 'paused' && operation.kind !== 'migrate' ? machine.snapshot_id : null;

/** Somebody came back while it was being saved. */
const isBackAtWork = async (deps: EngineDeps, { machine, operation }: WorkingUnit): Promise<boolean> => {
  if (operation.reason !== 'idle' || operation.kind !== 'hibernate' || machine.state !== 'running')
    return false;
  const { keep_until: keepUntil } = (await deps.machines.listByIds([machine.id]))[0] ?? machine;
  return keepUntil !== null && keepUntil > deps.clock.now();
};

/** All of it was read back. One that is about to be deleted is not found. */
const isGood = (snapshot: SnapshotState | undefined): snapshot is SnapshotState =>
  snapshot?.state === 'verified';

const whyUnsaved = (snapshot: SnapshotState | undefined): AppError => {
  const reason = snapshot?.failure ?? null;
  if (reason !== null) return new AppError('machine.snapshot_failed', { reason });
  return new AppError(
    snapshot?.state === 'partial' ? 'machine.snapshot_partial' : 'machine.snapshot_unverified',
  );
};

/** Nothing that may hold files goes on from here without a snapshot that is verified. */
export const snapshotting: PhaseStep = async (deps, unit) => {
  const { machine, operation } = unit;
  if (operation.snapshot_id === null) {
    const source = await findSource(deps, unit);
    if (source === undefined) return done;
    const saved = savedByPause(unit);
    if (saved !== null) {
      const isKept = isGood(await deps.snapshots.find(saved));
      // Somebody deleted it since: the disk is all that there is.
      await unit.save(isKept ? { operation: { snapshot_id: saved } } : { machine: { snapshot_id: null } });
      return isKept ? done : failed(new AppError('machine.snapshot_stopped'));
    }
    // It would be called asleep, or moved, without its files: it is lost, and wakes from what was saved before.
    if (source.state === 'gone') return failed(new AppError('machine.vanished'));
    if (machine.state !== 'running') return failed(new AppError('machine.snapshot_stopped'));
    const snapshot = await deps.snapshots.create(refOf(machine), {
      requestKey: `operation:${operation.id}`,
      kind: kindOf(unit),
      paths: [...savedPaths],
    });
    await unit.save({ operation: { snapshot_id: snapshot.id } });
    return again(lookMs);
  }
  if (operation.snapshot_id === savedByPause(unit)) return done;
  const snapshot = await deps.snapshots.find(operation.snapshot_id);
  if (snapshot?.state === 'creating' || snapshot?.state === 'verifying')
    return again(lookMs, workTrouble(snapshot));
  if (!isGood(snapshot)) return failed(whyUnsaved(snapshot));
  if (await isBackAtWork(deps, unit)) {
    await unit.save({ operation: { cancel_requested_at: deps.clock.now() } });
    return again(0);
  }
  await unit.save({ machine: { snapshot_id: snapshot.id } });
  return done;
};
