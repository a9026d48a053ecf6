import type { ContractTruth } from '@dumont/simulator/cloud';
import type { World } from './world.ts';

interface RentalFacts {
  readonly id: string;
  readonly state: string;
  readonly contract: string | null;
  readonly label: string;
  readonly machine: string;
  readonly handedOver: boolean;
  readonly epochs: number;
}

const graceMs = 5 * 60_000;
/** In micro-dollars. */
const cent = 10_000;
/** Nothing of this happens to a machine by itself. */
const destructive: readonly string[] = ['destroying', 'stopped', 'rebooting', 'recycled'];

export const readRentals = async (world: World): Promise<readonly RentalFacts[]> => {
  const { rows } = await world.database.pool.query<RentalFacts>(
    `SELECT r.id, r.state, r.provider_machine_id AS contract, r.label, r.machine_id AS machine,
       r.handed_over_at IS NOT NULL AS "handedOver", m.epoch AS epochs
     FROM rentals r JOIN machines m ON m.id = r.machine_id`,
  );
  return rows;
};

/**
 * Watches a history. `check` compares the books with what really is; what the cloud does is judged in the moment in
 * which it happens.
 */
export const watchInvariants = (world: World) => {
  const broken: string[] = [];
  /** By contract: what its user confirmed to give up. */
  const givenUp = new Set<string>();
  /** By contract: since when it was handed over. */
  const handedOver = new Set<number>();
  const unownedSince = new Map<number, number>();
  const nowMs = (): number => world.clock.now().getTime();

  const ours = (): readonly ContractTruth[] =>
    world.cloud.truth().filter(({ label }) => label?.includes(world.installationId) === true);

  const fail = (text: string): void => {
    world.tell(`BROKEN: ${text}`);
    broken.push(text);
  };

  const savedAsItIs = (contractId: number): boolean => {
    const files = JSON.stringify(world.cloud.contract(contractId)?.files ?? {});
    return [...world.snapshots.snapshots.values()].some(
      (snapshot) =>
        snapshot.contractId === contractId &&
        snapshot.outcome === 'verified' &&
        snapshot.doneAtMs <= nowMs() &&
        JSON.stringify(snapshot.files) === files,
    );
  };

  world.onCloudEvent(({ kind, contractId }) => {
    const label = world.cloud.contract(contractId)?.label;
    if (label?.includes(world.installationId) !== true && kind !== 'created' && destructive.includes(kind))
      fail(`${contractId} is not ours (${label ?? 'no label'}), and something was done to it: ${kind}`);
    // Invariant 2: nothing that held a user's data goes without a verified snapshot of exactly it.
    if (kind !== 'destroying' || !handedOver.has(contractId)) return;
    const machine = world.bodies.agents.get(contractId)?.machineId ?? '';
    if (!givenUp.has(machine) && !savedAsItIs(contractId))
      fail(`${contractId} is destroyed, and its files are in no verified snapshot`);
  });

  return {
    broken,
    fail,
    givenUp,
    markHandedOver: (contractId: number): void => void handedOver.add(contractId),
    /** At any moment: what is rented has an owner in the books within five minutes. */
    check: async (isCalm: boolean): Promise<void> => {
      const rentals = await readRentals(world);
      const live = new Set(
        rentals.flatMap(({ state, contract }) =>
          contract !== null && state !== 'gone' && state !== 'never' ? [contract] : [],
        ),
      );
      const alive: readonly ContractTruth[] = ours().filter(({ goneAtMs }) => goneAtMs === null);
      for (const { id } of alive) {
        if (live.has(String(id))) unownedSince.delete(id);
        else {
          const since = unownedSince.get(id) ?? nowMs();
          unownedSince.set(id, since);
          if (isCalm && nowMs() - since > graceMs)
            fail(`${id} bills, and nobody has known of it for five minutes`);
        }
      }
      const { rows: priced } = await world.database.pool.query<{ contract: string; cap: number | null }>(
        `SELECT r.provider_machine_id AS contract, (m.needs->>'max_price')::float8 AS cap
         FROM rentals r JOIN machines m ON m.id = r.machine_id WHERE r.handed_over_at IS NOT NULL`,
      );
      for (const { contract, cap } of priced) {
        const rates = world.cloud.contract(Number(contract))?.rates;
        const price = rates === undefined ? 0 : rates.gpuMicrosPerHour + rates.diskMicrosPerHour;
        if (cap !== null && price > Math.round(cap * 1e6))
          fail(`${contract} costs ${price} micro-dollars an hour, and ${cap} dollars were allowed`);
      }
      const { rows } = await world.database.pool.query<{ machine: string; count: number }>(
        `SELECT machine_id AS machine, count(*)::int AS count FROM machine_operations
         WHERE finished_at IS NULL GROUP BY machine_id HAVING count(*) > 1`,
      );
      if (rows.length > 0) fail(`two operations at once on ${rows[0]?.machine}`);
    },
    /** Nothing is under way: what began a moment ago has its time, what hangs does not end. */
    isAtRest: async (): Promise<boolean> => {
      const { rows } = await world.database.pool.query(
        `SELECT 1 FROM machine_operations WHERE finished_at IS NULL
         UNION ALL SELECT 1 FROM rentals WHERE state IN ('ordered', 'waiting', 'releasing')`,
      );
      return rows.length === 0;
    },
    /** When all is calm again: no operation hangs, and the cloud has what the books have. */
    checkEnd: async (): Promise<void> => {
      const { rows: hanging } = await world.database.pool.query<{
        kind: string;
        phase: string;
        problem: string;
      }>(`SELECT kind, phase, problem FROM machine_operations WHERE finished_at IS NULL`);
      for (const { kind, phase, problem } of hanging) fail(`${kind} hangs in ${phase}: ${problem}`);
      const { rows: machines } = await world.database.pool.query<{
        id: string;
        state: string;
        contract: string | null;
        rental: string | null;
      }>(
        `SELECT m.id, m.state, r.provider_machine_id AS contract, r.state AS rental
         FROM machines m LEFT JOIN rentals r ON r.id = m.rental_id`,
      );
      for (const { id, state, contract, rental } of machines) {
        const isBilled = contract !== null && world.cloud.contract(Number(contract))?.goneAtMs === null;
        if (state === 'running' && (rental !== 'usable' || !isBilled))
          fail(`machine ${id} is called running, and its rental is ${rental ?? 'none'}`);
        if ((state === 'hibernated' || state === 'destroyed') && rental !== null)
          fail(`machine ${id} is called ${state}, and has a rental that is ${rental}`);
      }
      const rentals = await readRentals(world);
      for (const { id } of ours().filter(({ goneAtMs }) => goneAtMs === null)) {
        const rental = rentals.find(({ contract }) => contract === String(id));
        if (rental === undefined || rental.state === 'gone' || rental.state === 'never')
          fail(`${id} bills at the end, and the books say ${rental?.state ?? 'nothing'}`);
        else if (rental.state !== 'usable') fail(`${id} bills at the end, and is ${rental.state} for ever`);
      }
      for (const { id, state, contract } of rentals)
        if (
          state === 'usable' &&
          (contract === null || world.cloud.contract(Number(contract))?.goneAtMs !== null)
        )
          fail(`rental ${id} is called usable, and the cloud has none such`);
    },
    /** Once the provider has charged everything, the books say the same, to the micro-dollar. */
    checkLedger: async (): Promise<void> => {
      const sums = await world.collectCharges();
      const known = new Set((await readRentals(world)).flatMap(({ contract }) => contract ?? []));
      let unseen = 0;
      for (const { id, micros, goneAtMs } of ours()) {
        if (goneAtMs === null) continue;
        if (!known.has(String(id))) {
          // Made twice by a fault, and gone again before any list could show it.
          unseen += micros;
          continue;
        }
        const ledger = sums.get(String(id)) ?? 0;
        if (ledger !== micros) fail(`${id} cost ${micros} micro-dollars, and the ledger says ${ledger}`);
      }
      if (unseen >= cent) fail(`${unseen} micro-dollars were billed for machines that nobody ever knew of`);
    },
  };
};
export type Invariants = ReturnType<typeof watchInvariants>;
