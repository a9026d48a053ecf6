import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { DomainEvent, Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { startLeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { Audit } from '../identity/index.ts';
import { createAccountStore, type AccountRow } from './accounts/account-store.ts';
import { createAccounts } from './accounts/accounts.ts';
import { saveConfiguredAccount, type ConfiguredAccount } from './accounts/configured-account.ts';
import { createRecordAttempt } from './hosts/attempts.ts';
import { createBlacklistStore } from './hosts/blacklist-store.ts';
import { createHostStore } from './hosts/host-store.ts';
import type { InstallationFile } from './installation/installation-file.ts';
import { createInstallationStore } from './installation/installation-store.ts';
import { openInstallation } from './installation/installation.ts';
import { createKnownMachineStore } from './listing/known-machine-store.ts';
import { createListingStore } from './listing/listing-store.ts';
import { createListings } from './listing/listings.ts';
import { createPoller } from './listing/poller.ts';
import type { MarketApi, ProviderAccount } from './market-api.ts';
import { createOffers } from './offers/offers.ts';
import { createSearch } from './offers/search.ts';
import { createPaceStore } from './pacing/pace-store.ts';
import { createSampleStore } from './prices/sample-store.ts';
import { createSampler } from './prices/sampler.ts';
import { createWatchStore } from './prices/watch-store.ts';
import { createGuardedSend, createTrustedSend } from './providers/network.ts';
import type { ProviderMachine } from './providers/provider.ts';
import type { Send } from './providers/transport.ts';
import { createMarketHandlers, type MarketOperation } from './routes.ts';

export { providerAccountIds } from './accounts/account-store.ts';
export { usuallyWatchedGpus } from './prices/sampler.ts';
export type { ConfiguredAccount } from './accounts/configured-account.ts';
export { createInstallationFile, type InstallationFile } from './installation/installation-file.ts';
export type { HostRecord, Listing, MarketApi, RankedOffer } from './market-api.ts';
export { pickDistinctHosts } from './offers/rank.ts';
export {
  ProviderError,
  type CreateResult,
  type MachineOrder,
  type Offer,
  type OfferQuery,
  type ProviderMachine,
} from './providers/provider.ts';
export type { Send } from './providers/transport.ts';

export interface MarketDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly vault: Vault;
  readonly outbound: Outbound;
  readonly defaultProjectId: string;
  readonly installationFile: InstallationFile;
  /** `DUMONT_INSTALLATION_ID`. */
  readonly givenInstallationId?: string | undefined;
  readonly configuredAccount?: ConfiguredAccount | undefined;
  /** GPU types on the watch list of the default project to begin with. */
  readonly watchedGpus?: readonly string[];
  /** What carries requests to an address, if not the network: the simulator in this process. */
  readonly sendTo?: (url: string) => Send | undefined;
}

export interface MarketModule extends AsyncDisposable {
  readonly api: MarketApi;
  handlers(deps: { readonly audit: Audit }): Handlers<MarketOperation>;
  /** Lists accounts and samples prices, on one replica at a time. */
  startWorker(): void;
}

const firstSampleMs = 60_000;
/** How many accounts one replica lists. */
const polledAccounts = 100;

export const createMarket = async (deps: MarketDeps): Promise<MarketModule> => {
  const { db, clock, random, log, notifications } = deps;
  await using building = new AsyncDisposableStack();
  const installation = building.use(
    await openInstallation({
      store: createInstallationStore(db),
      file: deps.installationFile,
      given: deps.givenInstallationId,
      events: deps.events,
      notifications,
      clock,
      random,
      log,
    }),
  );
  const accountStore = createAccountStore(db);
  const watches = createWatchStore(db);
  await saveConfiguredAccount({
    ...deps,
    store: accountStore,
    configured: deps.configuredAccount,
    onFirst: (tx) =>
      watches.insertAll(
        tx,
        (deps.watchedGpus ?? []).map((gpuName) => ({
          id: random.id(),
          projectId: deps.defaultProjectId,
          gpuName,
          alertBelowMicroUsd: null,
          createdAt: clock.now(),
        })),
        // The first searches belong to who has just started this server.
        new Date(clock.now().getTime() + firstSampleMs),
      ),
  });

  const known = createKnownMachineStore(db);
  const trusted = createTrustedSend(clock);
  const guarded = createGuardedSend(deps.outbound);
  const accounts = building.use(
    createAccounts({
      store: accountStore,
      paces: createPaceStore(db),
      known,
      vault: deps.vault,
      clock,
      sendFor: ({ url, isInstallation }) => deps.sendTo?.(url) ?? (isInstallation ? trusted : guarded),
    }),
  );
  const listingStore = createListingStore(db);
  const listings = building.use(createListings({ store: listingStore, notifications, clock }));
  const hosts = createHostStore(db);
  const samples = createSampleStore(db);
  const blacklist = createBlacklistStore(db);
  const search = createSearch({ accounts, samples, clock, log });
  const offers = createOffers({
    accounts: accountStore,
    search,
    hosts,
    blacklist,
    clock,
    log,
  });
  const isOurs = ({ label }: ProviderMachine): boolean => label?.includes(installation.id) === true;
  const publish = (event: DomainEvent): Promise<void> => deps.events.publish(db, event);
  const running = building.move();

  return {
    api: {
      installationId: installation.id,
      formerInstallationIds: installation.formerIds,
      idSince: installation.idSince,
      isSameDatabase: installation.isSameDatabase,
      listAccounts: async (projectId) => (await accountStore.listUsable(projectId)).map(showAccount),
      listAllAccounts: async () => (await accountStore.listAll()).map(showAccount),
      findProject: async (accountId) => (await accountStore.find(accountId))?.projectId,
      open: (accountId) => accounts.open(accountId),
      rankOffers: offers.rankOffers,
      recordAttempt: createRecordAttempt({ accounts: accountStore, hosts, random }),
      findListing: listings.findListing,
      refreshListing: listings.refreshListing,
      onListing: listings.onListing,
    },
    handlers: ({ audit }) =>
      createMarketHandlers({
        ...deps,
        audit,
        store: accountStore,
        accounts,
        listings,
        known,
        isOurs,
        offers,
        hosts,
        blacklist,
        samples,
        watches,
      }),
    startWorker: () => {
      running.use(
        startLeasedWorker(
          {
            name: 'provider listings',
            ...createPoller({
              store: listingStore,
              known,
              find: accountStore.find,
              open: (account) => accounts.openRow(account),
              saveExternalId: accountStore.saveExternalId,
              isOurs,
              publish,
              notifications,
              clock,
              log,
            }),
            concurrency: polledAccounts,
            pollMs: 5000,
          },
          { clock, random, log },
        ),
      );
      running.use(
        startLeasedWorker(
          {
            name: 'market prices',
            ...createSampler({
              watches,
              accounts: accountStore,
              search,
              samples,
              hosts,
              publish,
              clock,
              log,
            }),
            concurrency: 1,
            pollMs: 15_000,
          },
          { clock, random, log },
        ),
      );
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

const showAccount = ({ id, projectId, name, kind }: AccountRow): ProviderAccount => ({
  id,
  projectId,
  name,
  kind,
});
