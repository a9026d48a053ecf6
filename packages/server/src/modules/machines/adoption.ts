import type { Stranger } from '@dumont/contracts/machines/strangers';
import { demand, reaches, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Listing, MarketApi, ProviderMachine } from '../market/index.ts';
import { beginOperation } from './begin.ts';
import type { EngineDeps } from './engine-deps.ts';
import { isOurs, takeOver } from './former.ts';
import type { MachineRow, RentalRow } from './machine.ts';
import { findNamed, takeIn, wasNeverReady } from './reconcile/take-in.ts';
import { matchRentals } from './reconcile/match.ts';
import { noTrouble } from './trouble.ts';
import { machineEvent } from './unit.ts';

type AdoptionDeps = Pick<
  EngineDeps,
  | 'db'
  | 'machines'
  | 'operations'
  | 'rentals'
  | 'holds'
  | 'story'
  | 'market'
  | 'events'
  | 'clock'
  | 'random'
  | 'makeKeys'
  | 'wakeReconciler'
> & { wake(): void };

/**
 * Rented under a former id, or found at the provider: it waits for somebody to say that it is theirs. One that was
 * found is entered by itself; where that failed, this is how it is tried again.
 */
export const isAdoptable = (
  market: Pick<MarketApi, 'installationId'>,
  { state, owner_id: ownerId }: Pick<MachineRow, 'state' | 'owner_id'>,
  rental: RentalRow | undefined,
): boolean =>
  (state === 'running' || state === 'paused') &&
  rental?.state === 'usable' &&
  (!isOurs(market, rental) ||
    ownerId === null ||
    (state === 'running' && rental.agent_token_sha256 === null));

/** Machines that are there and that the books do not know, or know under a former id: shown, and taken over by hand. */
export const createAdoption = (deps: AdoptionDeps) => {
  const { market, rentals, machines } = deps;

  const standingOf = ({ label }: Pick<ProviderMachine, 'label'>): Stranger['standing'] =>
    market.formerInstallationIds.some((id) => label?.includes(id) === true) ? 'former' : 'other';

  /** Not in the books, and not about to be: what carries our present label is taken in by itself. */
  const strangersIn = async (
    accountId: string,
    { machines: listed }: Listing,
  ): Promise<ProviderMachine[]> => {
    const foreign = listed.filter(({ label }) => label?.includes(market.installationId) !== true);
    const matched = matchRentals(await rentals.listLiveOf(accountId), foreign);
    const known = new Set([...matched.values()].map(({ id }) => id));
    return foreign.filter(({ id }) => !known.has(id));
  };

  /** A machine in the books: its user takes it over, and it is entered, where it runs. */
  const adopt = async (caller: Caller, machine: MachineRow): Promise<void> => {
    const rental = machine.rental_id === null ? undefined : await rentals.find(machine.rental_id);
    if (!isAdoptable(market, machine, rental)) throw new AppError('machine.ours');
    const now = deps.clock.now();
    await deps.db.transaction().execute(async (tx) => {
      await deps.holds.lockMachine(tx, machine.id);
      if (await deps.holds.isHeld(tx, machine.id)) throw new AppError('machine.held');
      await takeOver(deps, tx, machine);
      await machines.update(tx, machine.id, {
        owner_id: machine.owner_id ?? caller.userId,
        ...noTrouble,
        problem_at: null,
        due_at: now,
      });
      if (machine.state === 'running') {
        const begun = await beginOperation(deps, tx, machine, {
          kind: 'adopt',
          reason: 'user',
          requestedBy: caller.userId,
        });
        if (begun === undefined) throw new AppError('machine.busy', { operation: 'adopt' });
      }
      await deps.events.publish(tx, machineEvent('machine.changed', machine));
    });
    deps.wake();
  };

  /** One that is not in the books. Answers the id of its row. */
  const adoptStranger = async (caller: Caller, accountId: string, machineId: string): Promise<string> => {
    const projectId = await market.findProject(accountId);
    if (projectId === undefined || !reaches(scopeOf(caller, 'providers:read'), { projectId }))
      throw new AppError('provider.not_found');
    const listing = await market.findListing(accountId);
    const listed = listing?.machines.find(({ id }) => id === machineId);
    if (listing === undefined || listed === undefined) throw new AppError('machine.not_found');
    const known = await rentals.findByProviderMachine(accountId, machineId);
    if (known === undefined && standingOf(listed) === 'other') throw new AppError('machine.not_ours');
    const named = await findNamed(deps, listed.label);
    demand(caller, 'machines:write', { projectId: named?.project_id ?? projectId, ownerId: caller.userId });
    if (known !== undefined) return known.machine_id;
    if (wasNeverReady(listed, deps.clock.now())) throw new AppError('machine.never_ready');
    const id = await takeIn(deps, { accountId, projectId, listed, isAdopted: true, takenBy: caller.userId });
    deps.wakeReconciler(accountId);
    deps.wake();
    return id;
  };

  /** In the accounts that the caller may see, or in those that one project rents in. */
  const list = async (caller: Caller, projectId: string | undefined): Promise<Stranger[]> => {
    const scope = scopeOf(caller, 'providers:read');
    const accounts = (await market.listAllAccounts()).filter(
      (account) => reaches(scope, account) && (projectId === undefined || projectId === account.projectId),
    );
    const perAccount = await Promise.all(
      accounts.map(async ({ id }) => {
        const listing = await market.findListing(id);
        return listing === undefined
          ? []
          : (await strangersIn(id, listing)).map((machine) => ({ ...show(machine), account_id: id }));
      }),
    );
    return perAccount.flat();
  };

  const show = (machine: ProviderMachine): Omit<Stranger, 'account_id'> => ({
    provider_instance_id: machine.id,
    standing: standingOf(machine),
    label: machine.label,
    actual_status: machine.state,
    gpu_name: machine.gpuName,
    num_gpus: machine.gpuCount,
    geolocation: machine.geolocation,
    dph_total: machine.pricePerHourMicroUsd / 1e6,
    start_date: machine.startedAt?.toISOString() ?? null,
  });

  return { adopt, adoptStranger, list };
};
export type Adoption = ReturnType<typeof createAdoption>;
