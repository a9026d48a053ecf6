import { NewInstance } from '@dumont/contracts/machines/instances';
import { demand, scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Transactor } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { beginOperation } from '../begin.ts';
import type { EngineDeps } from '../engine-deps.ts';
import { isOurs, whyNotOurs } from '../former.ts';
import type { Inside } from '../inside/machine-port.ts';
import type { MachineRow, OperationKind, OperationRow } from '../machine.ts';
import { canCancel, plans } from '../plans.ts';
import { fillIn, newMachine } from '../new-machine.ts';
import type { SshConnection } from '../ssh/connection.ts';
import { machineEvent } from '../unit.ts';
import { wakeRequest } from '../watch.ts';
import { rankFit, type MachineWish } from './fit.ts';
import type { HoldRef } from './hold-store.ts';

/** The machine of an attempt. */
export type HeldMachine = { readonly machineId: string; readonly label: string } & (
  | { readonly kind: 'ready'; readonly rentalId: string }
  /** It is on its way; the message says what one waits for: `machine trainer, which is waking (restoring)`. */
  | { readonly kind: 'coming'; readonly message: string }
  /** It does not come, or was lost. */
  | { readonly kind: 'failed'; readonly message: string }
);

/** What runs ask of machines. */
export interface MachineHolds {
  /**
   * Takes a machine for an attempt: the one that is named, else one of the project that fits and that nobody uses, else
   * a new one. It is held, and woken or rented where it must be, in one transaction; asked again, it stays the same.
   * Throws what deploying and waking throw, and `machine.not_found`.
   */
  take(
    caller: Caller,
    hold: HoldRef,
    wish: MachineWish,
  ): Promise<{ readonly kind: 'taken' } | { readonly kind: 'busy'; readonly message: string }>;
  /** Undefined where it holds none. */
  find(hold: HoldRef): Promise<HeldMachine | undefined>;
  /** Throws `machine.unreachable`. */
  enter(machineId: string, signal: AbortSignal): Promise<SshConnection>;
  /** Lets go of it. What was rented or woken for it is put to sleep when nobody else holds it. Idempotent. */
  release(hold: HoldRef): Promise<void>;
  /** Attempts that hold a machine. */
  list(): Promise<readonly HoldRef[]>;
}

/** What is on its way to answering. */
const coming: readonly OperationKind[] = ['deploy', 'wake', 'resume', 'reboot', 'adopt'];

/** What must be done first with a machine that is in this state; undefined: nothing, it answers. */
const wakes: Readonly<Partial<Record<MachineRow['state'], OperationKind>>> = {
  paused: 'resume',
  hibernated: 'wake',
  lost: 'wake',
  new: 'wake',
};

export const createMachineHolds = (
  deps: EngineDeps & { readonly inside: Pick<Inside, 'enter'>; wake(): void },
): MachineHolds => {
  const { db, machines, operations, rentals, holds, clock } = deps;

  /** Holds a machine whose row is locked, and has it woken. False where somebody was faster. */
  const hold = async (
    tx: Transactor,
    ref: HoldRef,
    machine: MachineRow,
    current: OperationRow | undefined,
    caller: Caller,
    wish: MachineWish,
  ): Promise<boolean> => {
    const wakeKind = current === undefined ? wakes[machine.state] : undefined;
    const isHeld = await holds.insert(tx, {
      run_id: ref.runId,
      attempt: ref.attempt,
      machine_id: machine.id,
      is_waker: wakeKind !== undefined,
      taken_at: clock.now(),
    });
    if (!isHeld) return false;
    if (wakeKind !== undefined) {
      const { restoreSnapshotId } = wakeRequest({ machine });
      await beginOperation(deps, tx, machine, {
        kind: wakeKind,
        reason: 'run',
        requestedBy: caller.userId,
        request: {
          ...(wakeKind === 'wake' && restoreSnapshotId !== undefined ? { restoreSnapshotId } : {}),
          ...(wakeKind === 'wake' ? { needs: wish.needs } : {}),
        },
      });
    }
    await deps.events.publish(tx, machineEvent('machine.held', machine));
    return true;
  };

  const takeNamed = async (tx: Transactor, caller: Caller, ref: HoldRef, wish: MachineWish, name: string) => {
    const found = await machines.findNamed(scopeOf(caller, 'machines:write'), wish.projectId, name, tx);
    if (found === undefined) throw new AppError('machine.not_found');
    await holds.lockMachine(tx, found.id);
    const [machine] = await machines.listByIds([found.id], tx);
    if (machine === undefined || machine.state === 'destroyed') throw new AppError('machine.not_found');
    const [rental] = machine.rental_id === null ? [] : await rentals.listByIds([machine.rental_id], tx);
    const error = rental === undefined ? undefined : whyNotOurs(deps.market, rental);
    if (error !== undefined) throw error;
    const current = await operations.findCurrent(machine.id, tx);
    if (current !== undefined && !coming.includes(current.kind))
      return {
        kind: 'busy' as const,
        message: `machine ${machine.label}, which is ${plans[current.kind].status}`,
      };
    return (await hold(tx, ref, machine, current, caller, wish))
      ? ({ kind: 'taken' } as const)
      : { kind: 'busy' as const, message: `machine ${machine.label}, which another run has` };
  };

  const takeFree = async (
    tx: Transactor,
    caller: Caller,
    ref: HoldRef,
    wish: MachineWish,
    fitting: { readonly needs: MachineRow['needs']; readonly image: string },
  ): Promise<boolean> => {
    const free = await machines.listFree(
      scopeOf(caller, 'machines:write'),
      wish.projectId,
      caller.userId,
      tx,
    );
    const inCharge = await rentals.listByIds(
      free.flatMap(({ rental_id: id }) => id ?? []),
      tx,
    );
    const ranked = free
      .flatMap((machine) => {
        const rental = inCharge.find(
          (one) => one.id === machine.rental_id && one.state === 'usable' && isOurs(deps.market, one),
        );
        const rank = rankFit(machine, rental, { ...fitting, isAnyImage: wish.image === undefined });
        return rank === undefined ? [] : [{ machine, rank }];
      })
      .toSorted((a, b) => a.rank - b.rank);
    for (const { machine } of ranked) {
      await holds.lockMachine(tx, machine.id);
      const [now] = await machines.listByIds([machine.id], tx);
      if (now?.state !== machine.state || now.rental_id !== machine.rental_id) continue;
      if ((await operations.findCurrent(machine.id, tx)) !== undefined) continue;
      if (await hold(tx, ref, now, undefined, caller, wish)) return true;
    }
    return false;
  };

  const find = async (ref: HoldRef): Promise<HeldMachine | undefined> => {
    const row = await holds.find(ref);
    if (row === undefined) return undefined;
    const [machine] = await machines.listByIds([row.machine_id]);
    if (machine === undefined) return undefined;
    const about = { machineId: machine.id, label: machine.label };
    const failed = (why: string): HeldMachine => ({
      ...about,
      kind: 'failed',
      message: `Machine ${machine.label}: ${why}`,
    });
    const [operation] = await operations.listLatest([machine.id]);
    if (operation !== undefined && operation.finished_at === null) {
      const { status } = plans[operation.kind];
      if (!coming.includes(operation.kind)) return failed(`it is ${status}`);
      const how = [operation.phase.replaceAll('_', ' '), operation.problem].filter((word) => word !== null);
      const message = `machine ${machine.label}, which is ${status} (${how.join(': ')})`;
      return { ...about, kind: 'coming', message };
    }
    const rental = machine.rental_id === null ? undefined : await rentals.find(machine.rental_id);
    const error = rental === undefined ? undefined : whyNotOurs(deps.market, rental);
    if (error !== undefined) return failed(error.message);
    if (machine.state === 'running' && rental?.state === 'usable')
      return { ...about, kind: 'ready', rentalId: rental.id };
    return failed(operation?.error_message ?? machine.problem ?? `it is ${machine.state}`);
  };

  return {
    take: async (caller, ref, wish) => {
      demand(caller, 'machines:write', { projectId: wish.projectId, ownerId: caller.userId });
      // A run says what it needs: what its user likes to deploy is another matter.
      const wished = NewInstance.parse({
        label: `runs-${ref.runId.slice(-6)}`,
        needs: wish.needs,
        ...(wish.image === undefined ? {} : { image: wish.image }),
      });
      const body = fillIn(wished, {});
      const id = deps.random.id();
      // Sealed before the transaction, and for nothing where one is free.
      const keys = await deps.makeKeys(id);
      const canRent = (await deps.market.listAccounts(wish.projectId)).length > 0;
      const taken = await db.transaction().execute(async (tx) => {
        await holds.lockProject(tx, wish.projectId);
        if ((await holds.find(ref, tx)) !== undefined) return { kind: 'taken' as const };
        if (wish.machine !== undefined) return takeNamed(tx, caller, ref, wish, wish.machine);
        if (await takeFree(tx, caller, ref, wish, body)) return { kind: 'taken' as const };
        if (!canRent) throw new AppError('provider.none');
        const owner = { id, projectId: wish.projectId, ownerId: caller.userId };
        const machine = await machines.insert(tx, {
          ...newMachine(owner, body, keys, clock.now()),
          made_for_runs: true,
        });
        await holds.insert(tx, {
          run_id: ref.runId,
          attempt: ref.attempt,
          machine_id: id,
          is_waker: true,
          taken_at: clock.now(),
        });
        await beginOperation(deps, tx, machine, {
          kind: 'deploy',
          reason: 'run',
          requestedBy: caller.userId,
        });
        await deps.events.publish(tx, machineEvent('machine.created', machine));
        return { kind: 'taken' as const };
      });
      deps.wake();
      return taken;
    },
    find,
    enter: async (machineId, signal) => {
      const [machine] = await machines.listByIds([machineId]);
      if (machine === undefined) throw new AppError('machine.unreachable');
      return deps.inside.enter(machine, signal);
    },
    release: async (ref) => {
      await db.transaction().execute(async (tx) => {
        const now = clock.now();
        const row = await holds.release(tx, ref, now);
        if (row === undefined) return;
        // What is on its way for nobody else is given up.
        const current = await operations.findCurrent(row.machine_id, tx);
        if (current?.reason === 'run' && canCancel(current.kind, current.phase))
          await operations.requestCancel(tx, row.machine_id, now);
        await machines.makeDue(tx, row.machine_id, now);
      });
      deps.wake();
    },
    list: async () => (await holds.listActive()).map(({ run_id: runId, attempt }) => ({ runId, attempt })),
  };
};
