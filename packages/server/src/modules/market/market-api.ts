import type { hasCounted } from './installation/installation-store.ts';
import type { Offer, OfferQuery, Provider, ProviderKind, ProviderMachine } from './providers/provider.ts';

/** What later modules ask of the market. */
export interface MarketApi {
  /** In every label of ours: only machines that carry it are ours. */
  readonly installationId: string;
  /** Ids that this database went by before it was restored or cloned: theirs are adopted by hand only. */
  readonly formerInstallationIds: readonly string[];
  /** Since when it goes by its present id; null: it never went by another. */
  readonly idSince: Date | null;
  /**
   * For statements that claim work: the database is the one that this server has been working with, and no backup that
   * was restored below it. Such a one licenses nothing, from its first moment on.
   */
  isSameDatabase(): ReturnType<typeof hasCounted>;
  /** Accounts in which a project may rent: its own, and the installation's. */
  listAccounts(projectId: string): Promise<readonly ProviderAccount[]>;
  listAllAccounts(): Promise<readonly ProviderAccount[]>;
  /** Whose account it is; undefined when it is gone. */
  findProject(accountId: string): Promise<string | undefined>;
  /** The account's provider, each request paced. Throws `provider.not_found` when the account is gone. */
  open(accountId: string): Promise<Provider>;
  /**
   * Over all accounts of the project, best first; blacklisted hosts are left out. An account that does not answer
   * is left out too; rejects with its ProviderError when none answers, and `provider.none` without any account.
   */
  rankOffers(projectId: string, query: OfferQuery, signal: AbortSignal): Promise<readonly RankedOffer[]>;
  /** What came of a machine that was waited for. A loser of a race is neither, and is not told. */
  recordAttempt(attempt: HostAttempt): Promise<void>;
  /** The last complete listing of the account. Undefined before the first. */
  findListing(accountId: string): Promise<Listing | undefined>;
  /**
   * A listing begun after this call. Rejects with ProviderError `blind` when it could not be had, and with the
   * signal's reason when that aborts first.
   */
  refreshListing(accountId: string, signal: AbortSignal): Promise<Listing>;
  /** After each attempt to list, on every replica, failed ones included. Answers how to end it. */
  onListing(handler: (accountId: string) => void): () => void;
}

export interface ProviderAccount {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: ProviderKind;
}

export interface Listing {
  /**
   * Everything that the provider lists, ours or not. A machine of ours leaves it only after the provider has said of
   * it by itself that there is none such: what is not in it is gone.
   */
  readonly machines: readonly ProviderMachine[];
  /** When the request for it was begun: what happened later may be missing. */
  readonly takenAt: Date;
  /** Since when nothing newer could be had; null while we see. */
  readonly blindSince: Date | null;
  readonly reason: string | null;
}

export interface HostAttempt {
  readonly accountId: string;
  readonly hostMachineId: string;
  readonly hostId: string;
  readonly outcome: 'usable' | 'failed';
  /** In a word: `ssh_refused`, `stuck_loading`, ... */
  readonly failure?: string;
  /** From the order until it was usable, or given up. */
  readonly seconds: number;
  readonly at: Date;
}

export interface RankedOffer extends Offer {
  readonly accountId: string;
  /** Usable hours that a dollar is expected to buy: higher is better. */
  readonly score: number;
  readonly host: HostRecord;
}

/** What we know of a host by our own attempts; recent ones count more (`weight`). */
export interface HostRecord {
  readonly attempts: number;
  readonly usable: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Decayed counts: each halves in `halfLifeDays` of the ranking. */
  readonly usableWeight: number;
  readonly failedWeight: number;
  /** Decayed mean over usable attempts; null without one. */
  readonly readySeconds: number | null;
  readonly blacklisted: boolean;
  readonly blacklistReason: string | null;
}
