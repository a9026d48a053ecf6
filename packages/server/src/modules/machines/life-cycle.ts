import type { DeploymentDefaults } from '@dumont/contracts/identity/settings';
import type { Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { startLeasedWorker, type LeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { MarketApi } from '../market/index.ts';
import { createAdoption } from './adoption.ts';
import { createClockStore } from './clock-store.ts';
import { createMachineWork } from './engine.ts';
import { defaultSettings, type EngineDeps, type MachineSettings } from './engine-deps.ts';
import { createEventStore } from './event-store.ts';
import { createHoldStore } from './holds/hold-store.ts';
import { createMachineHolds, type MachineHolds } from './holds/holds.ts';
import { createInstanceHandlers, type InstanceOperation } from './handlers.ts';
import type { Inside } from './inside/machine-port.ts';
import { createMachineStore, machinesChannel } from './machine-store.ts';
import { createOperationStore } from './operation-store.ts';
import type { JudgeIdle, Reach, SnapshotWork } from './ports.ts';
import type { TellOwner } from './owner-mail.ts';
import { createReconciliationStore } from './reconcile/reconciliation-store.ts';
import { createReconciliationWork } from './reconcile/reconciler.ts';
import { createRentalStore } from './rental-store.ts';
import { createRequests } from './requests.ts';
import { createViews } from './views.ts';

export interface LifeCycleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly vault: EngineDeps['vault'];
  readonly log: Logger;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly market: MarketApi;
  readonly snapshots: SnapshotWork;
  readonly reach: Reach;
  readonly judgeIdle: JudgeIdle;
  readonly makeKeys: EngineDeps['makeKeys'];
  readonly onListing?: EngineDeps['onListing'];
  readonly costOf: (machineIds: readonly string[], now: Date) => Promise<ReadonlyMap<string, number>>;
  readonly checkSnapshot: (caller: Caller, id: string) => Promise<void>;
  readonly settings?: Partial<MachineSettings>;
  /** None unless given. */
  readonly defaultsOf?: (userId: string) => Promise<DeploymentDefaults>;
  readonly tellOwner?: TellOwner;
  /** How often work is looked for without being told of any. */
  readonly pollMs?: number;
}

const defaultPollMs = 2000;
/** A clock that was set back is noticed within so long. */
const clockMs = 60_000;
const concurrency = { machines: 200, accounts: 50 };

/** The life of machines: what is done with them, and the comparison with what providers say. */
export const createLifeCycle = (deps: LifeCycleDeps) => {
  const { db, clock, events, market } = deps;
  const machines = createMachineStore(db);
  const operations = createOperationStore(db);
  const rentals = createRentalStore(db);
  const holds = createHoldStore(db);
  const story = createEventStore(db);
  const reconciliations = createReconciliationStore(db);
  const stop = new AbortController();
  const workers: { machines?: LeasedWorker; accounts?: LeasedWorker } = {};
  const running = new AsyncDisposableStack();

  const after = (ms: number, wake: () => void): void => {
    void clock.sleep(ms, stop.signal).then(() => {
      if (!stop.signal.aborted) wake();
    });
  };
  const wakeMachines = (): void => workers.machines?.wake();
  const engine: EngineDeps = {
    db,
    machines,
    operations,
    rentals,
    holds,
    story,
    market,
    snapshots: deps.snapshots,
    reach: deps.reach,
    judgeIdle: deps.judgeIdle,
    events,
    clock,
    random: deps.random,
    vault: deps.vault,
    log: deps.log,
    settings: { ...defaultSettings, ...deps.settings },
    makeKeys: deps.makeKeys,
    ...(deps.onListing === undefined ? {} : { onListing: deps.onListing }),
    tellOwner: deps.tellOwner ?? (async () => undefined),
    wakeReconciler: (accountId) => {
      void reconciliations
        .makeDue(accountId, clock.now())
        .then(() => workers.accounts?.wake())
        .catch((error: unknown) =>
          deps.log.warn({ error, accountId }, 'a comparison could not be asked for'),
        );
    },
  };
  const clocks = createClockStore(db);
  const watchClock = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clocks
        .forgetAhead(clock.now())
        .then(wakeMachines)
        .catch((error: unknown) => deps.log.warn({ error }, 'what is dated ahead could not be looked for'));
      await clock.sleep(clockMs, stop.signal);
    }
  };
  const requests = createRequests({
    ...engine,
    wake: wakeMachines,
    checkSnapshot: deps.checkSnapshot,
    defaultsOf: deps.defaultsOf ?? (async () => ({})),
  });
  const adoption = createAdoption({ ...engine, wake: wakeMachines });
  const views = createViews({
    db,
    clock,
    market,
    machines,
    operations,
    rentals,
    snapshots: deps.snapshots,
    costOf: deps.costOf,
  });
  events.registerTopic('machines', {
    permission: 'machines:read',
    load: async (ids) =>
      new Map(
        (await views(await machines.listByIds(ids))).map((payload) => [
          payload.id,
          { type: 'machine', payload },
        ]),
      ),
  });
  const unlisten = deps.notifications.listen(machinesChannel, wakeMachines);

  return {
    machines,
    operations,
    rentals,
    story,
    requests,
    adoption,
    holdsIn: (inside: Pick<Inside, 'enter'>): MachineHolds =>
      createMachineHolds({ ...engine, inside, wake: wakeMachines }),
    views,
    handlers: createInstanceHandlers({
      db,
      clock,
      events,
      market,
      machines,
      operations,
      rentals,
      story,
      requests,
      adoption,
      views,
      wake: wakeMachines,
    }) satisfies Handlers<InstanceOperation>,
    startWorker: () => {
      const pollMs = deps.pollMs ?? defaultPollMs;
      const watching = watchClock();
      running.defer(() => watching);
      workers.machines = running.use(
        startLeasedWorker(
          {
            name: 'machines',
            concurrency: concurrency.machines,
            pollMs,
            claim: (lease, limit) => machines.claim(lease, limit, market.isSameDatabase()),
            renew: machines.renew,
            work: createMachineWork({ ...engine, lookIn: (ms) => after(ms, wakeMachines) }),
          },
          deps,
        ),
      );
      workers.accounts = running.use(
        startLeasedWorker(
          {
            name: 'reconciliation',
            concurrency: concurrency.accounts,
            pollMs,
            claim: (lease, limit) => reconciliations.claim(lease, limit, market.isSameDatabase()),
            renew: reconciliations.renew,
            work: createReconciliationWork({
              ...engine,
              reconciliations,
              lookAgainIn: (ms) => after(ms, () => workers.accounts?.wake()),
            }),
          },
          deps,
        ),
      );
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      unlisten();
      await running.disposeAsync();
    },
  };
};
