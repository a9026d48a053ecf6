import type { OperationKind } from '../../src/modules/machines/machine.ts';
import { AppError } from '../../src/kernel/errors.ts';
import type { Invariants } from './invariants.ts';
import type { Server, World } from './world.ts';

interface Seen {
  readonly id: string;
  readonly state: string;
  readonly operation: string | null;
  readonly contract: string | null;
  readonly snapshot: string | null;
}

const needs = {
  gpu_name: null,
  num_gpus: null,
  min_gpu_ram: null,
  min_cpu_cores: null,
  min_cpu_ram: null,
  min_inet_down: null,
  min_reliability: null,
  min_cuda: null,
  region: null,
  verified_only: false,
  static_ip: null,
  max_price: null,
  machine_type: 'on-demand' as const,
};

const inOrder = (files: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1));

/** Somebody who works with machines as people do, by chance; and what they believe is on each. */
export const createUser = (world: World, invariants: Invariants) => {
  const { chance } = world;
  /** By machine: the files that it was last seen with. */
  const believed = new Map<string, Record<string, string>>();
  let written = 0;

  const look = async (): Promise<readonly Seen[]> => {
    const { rows } = await world.database.pool.query<Seen>(
      `SELECT m.id, m.state, o.kind AS operation, r.provider_machine_id AS contract, m.snapshot_id AS snapshot
       FROM machines m LEFT JOIN rentals r ON r.id = m.rental_id
       LEFT JOIN machine_operations o ON o.machine_id = m.id AND o.finished_at IS NULL
       WHERE m.state <> 'destroyed' ORDER BY m.id`,
    );
    return rows;
  };

  /** What one may not do now is an answer like any other. */
  const trying = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    world.tell(`user: ${what}`);
    await work().catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      world.tell(`user: refused, ${error.code}`);
    });
  };

  const begin = (server: Server, seen: Seen, kind: OperationKind, request = {}): Promise<void> =>
    trying(`${kind} ${seen.id.slice(-4)}`, async () => {
      const machine = await server.lifeCycle.requests.getToChange(world.caller, seen.id);
      await server.lifeCycle.requests.begin(machine, {
        kind,
        reason: 'user',
        requestedBy: world.caller.userId,
        request,
      });
    });

  const write = (seen: Seen): void => {
    const contractId = Number(seen.contract);
    if (world.cloud.probe(contractId).outcome !== 'ok') return;
    written += 1;
    const path = `/workspace/${chance.pick(['a', 'b', 'c', 'd'])}`;
    world.cloud.apply({ kind: 'write-file', contractId, path, text: String(written) });
    believed.set(seen.id, { ...world.cloud.contract(contractId)?.files });
    world.tell(`user: writes ${path} on ${contractId}`);
  };

  const act = async (server: Server, seen: Seen): Promise<void> => {
    const { state, operation } = seen;
    if (operation !== null) {
      if (chance.chance(0.06))
        await trying(`cancel ${operation} ${seen.id.slice(-4)}`, async () => {
          const machine = await server.lifeCycle.requests.getToChange(world.caller, seen.id);
          await server.lifeCycle.requests.cancel(machine);
        });
      return;
    }
    if (state === 'running') {
      if (seen.contract !== null) invariants.markHandedOver(Number(seen.contract));
      if (chance.chance(0.5)) {
        write(seen);
        return;
      }
      const kind = chance.pick([
        'hibernate',
        'hibernate',
        'pause',
        'migrate',
        'reboot',
        'none',
        'none',
      ] as const);
      if (kind !== 'none') await begin(server, seen, kind);
    } else if (state === 'hibernated' || (state === 'lost' && seen.snapshot !== null)) {
      await begin(server, seen, 'wake', { restoreSnapshotId: seen.snapshot });
    } else if (state === 'paused') {
      await begin(server, seen, chance.pick(['resume', 'hibernate']));
    } else if (state === 'new') {
      await begin(server, seen, 'wake');
    } else if (chance.chance(0.2)) {
      invariants.givenUp.add(seen.id);
      await begin(server, seen, 'destroy', { skipSnapshot: true });
    }
  };

  const deploy = (server: Server): Promise<void> =>
    trying('deploy', () =>
      server.lifeCycle.requests.create(
        world.caller,
        {
          needs: { ...needs, max_price: chance.pick([null, null, 0.15, 0.3]) },
          image: 'x',
          disk_size: 50,
          ports: [],
          onstart_cmd: '',
          environment: {},
        },
        undefined,
      ),
    );

  return {
    look,
    /** One thing that a person does, or does not. */
    step: async (server: Server): Promise<void> => {
      const machines = await look();
      if (machines.length < 2 && chance.chance(0.5)) {
        await deploy(server);
        return;
      }
      for (const machine of machines) if (chance.chance(0.5)) await act(server, machine);
    },
    /** A machine that runs again has the files that its user left on it. */
    checkFiles: (seen: Seen): string | undefined => {
      const left = believed.get(seen.id);
      if (seen.state !== 'running' || seen.operation !== null || seen.contract === null || left === undefined)
        return undefined;
      const contract = world.cloud.contract(Number(seen.contract));
      const present = JSON.stringify(inOrder(contract?.files ?? {}));
      const expected = JSON.stringify(inOrder(left));
      return present === expected
        ? undefined
        : `${seen.contract} has ${present}, and its user left ${expected}`;
    },
    /** What was written since the last snapshot went with its machine, and was said to. */
    forgive: (seen: Seen): void => {
      const snapshot = world.snapshots.snapshots.get(seen.snapshot ?? '');
      if (snapshot?.files === undefined) believed.delete(seen.id);
      else believed.set(seen.id, { ...snapshot.files });
    },
  };
};
