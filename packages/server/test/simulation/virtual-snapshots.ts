import type { Cloud } from '@dumont/simulator/cloud';
import type { RestoreState, SnapshotState, SnapshotWork } from '../../src/modules/machines/ports.ts';
import type { Process } from './process.ts';
import type { Chance } from './seeded.ts';

type Files = Readonly<Record<string, string>>;

export interface VirtualSnapshot {
  readonly id: string;
  readonly machineId: string;
  readonly epoch: number;
  readonly contractId: number | undefined;
  doneAtMs: number;
  /** What was asked to be left out. */
  readonly excludes: readonly string[];
  /** What was read; undefined where nothing could be. */
  files: Files | undefined;
  outcome: 'verified' | 'partial' | 'failed';
}

interface VirtualRestore {
  readonly id: string;
  readonly doneAtMs: number;
  isGood: boolean;
  readonly contractId: number | undefined;
  readonly files: Files;
  isWritten: boolean;
}

/** A repository outside of every process: what was asked of it goes on whoever is killed meanwhile. */
export const createVirtualSnapshots = (world: {
  readonly cloud: Cloud;
  readonly nowMs: () => number;
  readonly chance: Chance;
  readonly failureRate: () => number;
}) => {
  const snapshots = new Map<string, VirtualSnapshot>();
  const restores = new Map<string, VirtualRestore>();
  const byKey = new Map<string, string>();
  const epochs = new Map<string, number>();
  let made = 0;
  const newId = (): string => {
    made += 1;
    return `00000000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`;
  };

  const stateOf = (snapshot: VirtualSnapshot): SnapshotState['state'] =>
    world.nowMs() < snapshot.doneAtMs ? 'creating' : snapshot.outcome;

  /** What really is in the machine when it is read, not when it was asked for. */
  const read = (contractId: number | undefined): Files | undefined => {
    if (contractId === undefined) return undefined;
    world.cloud.advanceTo(world.nowMs());
    if (world.cloud.probe(contractId).outcome !== 'ok') return undefined;
    return { ...world.cloud.contract(contractId)?.files };
  };

  const look = (restore: VirtualRestore): RestoreState['state'] => {
    if (world.nowMs() < restore.doneAtMs) return 'restoring';
    if (!restore.isGood || restore.contractId === undefined) return 'failed';
    if (!restore.isWritten) {
      world.cloud.advanceTo(world.nowMs());
      if (world.cloud.probe(restore.contractId).outcome !== 'ok') return 'failed';
      for (const [path, text] of Object.entries(restore.files))
        world.cloud.apply({ kind: 'write-file', contractId: restore.contractId, path, text });
      restore.isWritten = true;
    }
    return 'complete';
  };

  const port = (process: Pick<Process, 'db' | 'alive'>): SnapshotWork => {
    const { alive } = process;
    /** The provider's number of the rental in charge of a machine, asked in its turn with all else of the process. */
    const contractOf = async (machineId: string): Promise<number | undefined> => {
      const row = await process.db
        .selectFrom('machines as m')
        .innerJoin('rentals as r', 'r.id', 'm.rental_id')
        .select('r.provider_machine_id as id')
        .where('m.id', '=', machineId)
        .executeTakeFirst();
      return row === undefined || row.id === null ? undefined : Number(row.id);
    };
    const show = (snapshot: VirtualSnapshot): SnapshotState => ({
      id: snapshot.id,
      state: stateOf(snapshot),
      percent: null,
      error_message: null,
      failure: null,
    });
    const showRestore = (restore: VirtualRestore): RestoreState => ({
      id: restore.id,
      state: look(restore),
      error_message: null,
      failure: null,
    });
    return {
      create: async (machine, { requestKey = '', excludes = [] }) => {
        const contractId = await contractOf(machine.id);
        return alive(() => {
          const known = snapshots.get(byKey.get(requestKey) ?? '');
          if (known !== undefined) return show(known);
          const isFenced = (epochs.get(machine.id) ?? 0) > machine.epoch;
          const files = isFenced ? undefined : read(contractId);
          const snapshot: VirtualSnapshot = {
            id: newId(),
            machineId: machine.id,
            epoch: machine.epoch,
            contractId,
            doneAtMs: world.nowMs() + world.chance.between(3000, 40_000),
            excludes,
            files,
            outcome:
              files === undefined
                ? 'failed'
                : world.chance.chance(world.failureRate())
                  ? world.chance.pick(['partial', 'failed'])
                  : 'verified',
          };
          snapshots.set(snapshot.id, snapshot);
          byKey.set(requestKey, snapshot.id);
          return show(snapshot);
        });
      },
      cancel: async (id) =>
        alive(() => {
          const snapshot = snapshots.get(id);
          if (snapshot === undefined || stateOf(snapshot) !== 'creating') return;
          snapshot.outcome = 'failed';
          snapshot.doneAtMs = world.nowMs();
        }),
      find: async (id) => {
        const snapshot = snapshots.get(id);
        return alive(() => (snapshot === undefined ? undefined : show(snapshot)));
      },
      restore: async (machine, { requestKey = '', snapshotId }) => {
        const contractId = await contractOf(machine.id);
        return alive(() => {
          const known = restores.get(byKey.get(requestKey) ?? '');
          if (known !== undefined) return showRestore(known);
          const restore: VirtualRestore = {
            id: newId(),
            contractId,
            doneAtMs: world.nowMs() + world.chance.between(2000, 60_000),
            isGood: !world.chance.chance(world.failureRate()),
            files: snapshots.get(snapshotId)?.files ?? {},
            isWritten: false,
          };
          restores.set(restore.id, restore);
          byKey.set(requestKey, restore.id);
          return showRestore(restore);
        });
      },
      findRestore: async (id) => {
        const restore = restores.get(id);
        return alive(() => (restore === undefined ? undefined : showRestore(restore)));
      },
      findLastVerified: async (machineId) =>
        alive(() =>
          [...snapshots.values()]
            .filter((one) => one.machineId === machineId && stateOf(one) === 'verified')
            .toSorted((a, b) => a.doneAtMs - b.doneAtMs)
            .at(-1),
        ),
      // No books here forget one: what is newer is so because those of the machine are older.
      findNewer: async (machineId, snapshotId) =>
        alive(() => {
          const known = snapshots.get(snapshotId);
          const newer = [...snapshots.values()]
            .filter((one) => one.machineId === machineId && stateOf(one) === 'verified')
            .filter(({ doneAtMs }) => known?.machineId === machineId && doneAtMs > known.doneAtMs)
            .toSorted((a, b) => a.doneAtMs - b.doneAtMs)
            .at(-1);
          return newer && { id: newer.id, created_at: new Date(newer.doneAtMs) };
        }),
      raiseEpoch: async (machineId, epoch) => {
        await alive(() => epochs.set(machineId, Math.max(epoch, epochs.get(machineId) ?? 0)));
      },
    };
  };
  return { port, snapshots, restores, epochs };
};
export type VirtualSnapshots = ReturnType<typeof createVirtualSnapshots>;
