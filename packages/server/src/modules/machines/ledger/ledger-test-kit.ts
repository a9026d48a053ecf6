import assert from 'node:assert/strict';
import { createCloud, type Cloud } from '@dumont/simulator/cloud';
import { createFaults, type FaultPlan } from '@dumont/simulator/faults';
import { createVast } from '@dumont/simulator/vast';
import type { TestDatabase } from '../../../../test/database.ts';
import { createTestClock, type TestClock } from '../../../../test/test-clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createSystemRandom, type Random } from '../../../kernel/random.ts';
import type { Listing, MarketApi } from '../../market/index.ts';
import { apiKey, sendInto, unending } from '../../market/market-test-kit.ts';
import { ProviderError, type Charge, type MachineOrder } from '../../market/providers/provider.ts';
import { createVastProvider } from '../../market/providers/vast/vast.ts';
import { createLedger, type Ledger } from './ledger.ts';

const log = createLogger('silent');

export interface Owned {
  readonly projectId: string;
  readonly machineId: string;
}

/** A machine as its engine writes it, in a project of its own unless one is given. */
export const insertMachine = async (
  database: TestDatabase,
  random: Random,
  at: Date,
  more: { projectId?: string; ownerId?: string; state?: string } = {},
): Promise<Owned> => {
  const projectId = more.projectId ?? random.id();
  const machineId = random.id();
  await database.db
    .insertInto('projects')
    .values({ id: projectId, name: projectId, description: '', is_default: false, created_at: at })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await database.db
    .insertInto('machines')
    .values({
      id: machineId,
      project_id: projectId,
      owner_id: more.ownerId ?? null,
      label: 'trainer',
      state: more.state ?? 'running',
      state_at: at,
      needs: '{}',
      image: 'x',
      disk_gb: 20,
      ports: [],
      ssh_public_key: 'x',
      ssh_private_key: Buffer.from('x'),
      idle_policy: '{}',
      created_at: at,
      due_at: at,
    })
    .execute();
  return { projectId, machineId };
};

export const insertAccount = async (
  database: TestDatabase,
  random: Random,
  at: Date,
  projectId: string,
): Promise<string> => {
  const id = random.id();
  await database.db
    .insertInto('provider_accounts')
    .values({
      id,
      project_id: projectId,
      name: id,
      kind: 'vast',
      url: `http://${id}.example`,
      api_key: Buffer.from('x'),
      is_installation: false,
      is_open: true,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
};

export interface LedgerWorld {
  readonly clock: TestClock;
  readonly cloud: Cloud;
  readonly ledger: Ledger;
  readonly owned: Owned;
  readonly accountId: string;
  readonly random: Random;
  /** Requests for charges that were sent. */
  readonly asked: { charges: number };
  /** Rents machines on as many hosts, as a race does; a reply may be lost. */
  rent(count: number): Promise<void>;
  /** A machine in the same account that is not ours. */
  rentForOthers(): void;
  live(): Promise<{ id: string; providerId: string | null }[]>;
  release(rentalIds: readonly string[]): Promise<void>;
  /** One listing, what the engine makes of it, and what the ledger does. */
  list(): Promise<void>;
  /** The present one, as the market has it. */
  listing(): Listing | undefined;
  /** No listing answers until it is called with false. */
  setBlind(isBlind: boolean): void;
  /** Lets the collector do what is due now. */
  collect(): Promise<void>;
  /** What the provider tells of its charges from now on, in place of what it would. */
  changeBill(change: (charges: readonly Charge[]) => readonly Charge[] | Promise<readonly Charge[]>): void;
  pass(ms: number): void;
  costOf(providerId: number): Promise<number>;
}

const foreignWish = {
  image: 'x',
  runtype: 'ssh',
  env: [],
  onstart: null,
  args: [],
  diskGb: 20,
  label: 'somebody else’s',
  bidMicrosPerHour: null,
  targetState: 'running',
  cancelUnavailable: true,
  templateHash: null,
  isVm: false,
} as const;

/**
 * A project with one machine on a simulated cloud of its own, in time that only the test moves. One at a time in a
 * database: the next may begin once everything of the one before is charged.
 */
export const createLedgerWorld = async (
  database: TestDatabase,
  options: { seed?: number; faults?: FaultPlan; startAt?: Date } = {},
): Promise<LedgerWorld> => {
  const { db } = database;
  const seed = options.seed ?? 7;
  const clock = createTestClock(options.startAt);
  const random = createSystemRandom(clock);
  const owned = await insertMachine(database, random, clock.now());
  const accountId = await insertAccount(database, random, clock.now(), owned.projectId);
  const cloud = createCloud({
    seed,
    startMs: clock.now().getTime(),
    accounts: [{ username: 'dumont', apiKey }],
    market: { machines: 60, badShare: 0.3 },
  });
  const faults = createFaults({ seed, cloud, plan: options.faults ?? { rates: [] } });
  const vast = createVast({ cloud, now: () => clock.now().getTime(), hasLimits: false, faults });
  const asked = { charges: 0 };
  const send = sendInto(vast);
  const provider = createVastProvider({
    url: 'http://simulator.example',
    apiKey,
    clock,
    send: (request, signal) => {
      if (request.call === 'charges') asked.charges += 1;
      return send(request, signal);
    },
  });
  const world = {
    isBlind: false,
    listing: undefined as Listing | undefined,
    bill: (charges: readonly Charge[]): readonly Charge[] | Promise<readonly Charge[]> => charges,
  };
  const market: Pick<MarketApi, 'open' | 'findListing' | 'onListing'> = {
    open: async () => ({
      ...provider,
      listCharges: async (...asking) => world.bill(await provider.listCharges(...asking)),
    }),
    findListing: async () => world.listing,
    onListing: () => () => undefined,
  };
  const ledger = createLedger({ db, clock, random, log, market });
  let batch = 0;

  const adopt = async (id: string, machineId: string, state = 'waiting'): Promise<void> => {
    await db
      .updateTable('rentals')
      .set({ provider_machine_id: machineId, state })
      .where('id', '=', id)
      .execute();
  };
  const setState = async (id: string, state: 'gone' | 'never', at: Date): Promise<void> => {
    await db
      .updateTable('rentals')
      .set({ state, gone_at: state === 'gone' ? at : null })
      .where('id', '=', id)
      .execute();
  };

  /** What the engine's reconciler does with a complete listing. */
  const reconcile = async ({ machines, takenAt }: Listing): Promise<void> => {
    const rentals = await db
      .selectFrom('rentals')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('state', 'not in', ['gone', 'never'])
      .execute();
    for (const rental of rentals) {
      const found = machines.find((machine) =>
        rental.provider_machine_id === null
          ? machine.label === rental.label && machine.hostMachineId === rental.host_machine_id
          : machine.id === rental.provider_machine_id,
      );
      if (found === undefined && rental.ordered_at < takenAt)
        await setState(rental.id, rental.provider_machine_id === null ? 'never' : 'gone', takenAt);
      else if (found !== undefined && rental.provider_machine_id === null) await adopt(rental.id, found.id);
    }
  };

  const live: LedgerWorld['live'] = () =>
    db
      .selectFrom('rentals')
      .select(['id', 'provider_machine_id as providerId'])
      .where('account_id', '=', accountId)
      .where('state', 'not in', ['gone', 'never'])
      .orderBy('id')
      .execute();

  return {
    clock,
    cloud,
    ledger,
    owned,
    accountId,
    random,
    asked,
    live,
    rentForOthers: () => {
      const ask = cloud.asks().find(({ isRentable }) => isRentable);
      const [account] = cloud.world.state.accounts;
      assert.ok(ask !== undefined && account !== undefined);
      cloud.apply({ kind: 'create', accountId: account.id, askId: ask.id, wish: foreignWish });
    },
    rent: async (count) => {
      cloud.advanceTo(clock.now().getTime());
      const hosts = new Set<number>();
      const asks = cloud
        .asks()
        .filter(({ isRentable, machine }) => isRentable && hosts.size !== hosts.add(machine.index).size)
        .slice(0, count);
      const label = `dumont/${accountId}/${(batch += 1)}`;
      const rentals = asks.map((ask, slot) => ({
        id: random.id(),
        machine_id: owned.machineId,
        account_id: accountId,
        batch,
        slot,
        label,
        offer_id: String(ask.id),
        host_machine_id: String(ask.machine.machineId),
        host_id: String(ask.machine.hostId),
        offer: JSON.stringify({ gpuName: 'RTX 4090', pricePerHourMicroUsd: 400_000 }),
        state: 'ordered',
        ordered_at: clock.now(),
      }));
      await db.insertInto('rentals').values(rentals).execute();
      const [first, ...rest] = rentals.map(({ offer_id }): MachineOrder => ({
        offerId: offer_id,
        label,
        image: 'x',
        diskGb: 20,
        ports: [],
        environment: {},
        onStart: '',
      }));
      assert.ok(first !== undefined);
      const results = await provider
        .createMachines([first, ...rest], unending)
        .catch((error: unknown) => (error instanceof ProviderError ? [] : Promise.reject(error as Error)));
      for (const [index, { machineId }] of results.entries())
        if (machineId !== null) await adopt(rentals[index]?.id ?? '', machineId);
    },
    release: async (rentalIds) => {
      if (rentalIds.length === 0) return;
      const rows = await db
        .updateTable('rentals')
        .set({ state: 'releasing' })
        .where('id', 'in', rentalIds)
        .where('provider_machine_id', 'is not', null)
        .returning('provider_machine_id')
        .execute();
      const [first, ...rest] = rows.map(({ provider_machine_id: id }) => id ?? '');
      if (first !== undefined)
        await provider.destroyMachines([first, ...rest], unending).catch(() => undefined);
    },
    list: async () => {
      const takenAt = clock.now();
      const machines = world.isBlind
        ? undefined
        : await provider.listMachines(unending).catch(() => undefined);
      if (machines !== undefined) world.listing = { machines, takenAt, blindSince: null, reason: null };
      else if (world.listing !== undefined)
        world.listing = { ...world.listing, blindSince: world.listing.blindSince ?? takenAt, reason: 'x' };
      // The engine and the ledger hear of a listing in no order, the ledger sometimes on two replicas at once.
      if (seed % 2 === 0) await ledger.meter(accountId);
      if (machines !== undefined && world.listing !== undefined) await reconcile(world.listing);
      if (seed % 3 === 0) await Promise.all([ledger.meter(accountId), ledger.meter(accountId)]);
      else await ledger.meter(accountId);
    },
    listing: () => world.listing,
    setBlind: (isBlind) => {
      world.isBlind = isBlind;
    },
    changeBill: (change) => {
      world.bill = change;
    },
    collect: async () => {
      const now = clock.now();
      const token = random.id();
      const lease = { token, now, expiresAt: new Date(now.getTime() + 10_000), held: [] };
      const rows = await ledger.charges.claim(lease, 100);
      for (const row of rows) await ledger.charges.work(row, { token, signal: unending });
    },
    pass: (ms) => {
      clock.advance(ms);
      cloud.advanceTo(clock.now().getTime());
    },
    costOf: async (providerId) => {
      const { cost } = await db
        .selectFrom('ledger_lines as l')
        .innerJoin('rentals as r', 'r.id', 'l.rental_id')
        .select((eb) => eb.fn.sum<string | null>('l.amount_micro_usd').as('cost'))
        .where('r.account_id', '=', accountId)
        .where('r.provider_machine_id', '=', String(providerId))
        .executeTakeFirstOrThrow();
      return Number(cost ?? 0);
    },
  };
};
