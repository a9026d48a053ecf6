/**
 * The port behind which clouds sell machines. A provider is added by one folder beside this file, which passes
 * the conformance suite. It only speaks: it decides nothing, retries nothing and keeps nothing, and each call is
 * one request (a list: one for each page). Money is integer micro-dollars, sizes are MB of 1,000,000 bytes as
 * providers count them, times are the provider's own.
 */
export interface Provider {
  readonly kind: ProviderKind;
  /** The least time between two calls of one kind for one account, in milliseconds; the pacer keeps it. */
  readonly intervals: Readonly<Record<ProviderCall, number>>;
  /** Offers that fit and could be rented now, in no promised order. Not all that exist: at most `limit`. */
  searchOffers(query: OfferQuery, signal: AbortSignal): Promise<readonly Offer[]>;
  /**
   * Rents one machine of each offer. One result for each, in their order. Orders of one call agree in all but the
   * offer, the label included (it is one request): `invalid` otherwise. A call whose reply is lost rejects with
   * `blind`, and may have rented all, some or none of them: the label tells, by `listMachines`.
   */
  createMachines(
    orders: readonly [MachineOrder, ...MachineOrder[]],
    signal: AbortSignal,
  ): Promise<readonly CreateResult[]>;
  /**
   * Every machine of the account, ours or not. Complete or an error: a page that is missing, a total that does not
   * match, or a machine that came twice is `blind`, never a shorter list.
   */
  listMachines(signal: AbortSignal): Promise<readonly ProviderMachine[]>;
  /** One machine by itself, a second opinion on a list. Undefined is a positive answer: the account has none such. */
  findMachine(id: string, signal: AbortSignal): Promise<ProviderMachine | undefined>;
  /** `no_capacity` when its GPUs are rented to others: it starts by itself once they are free. */
  startMachine(id: string, signal: AbortSignal): Promise<void>;
  stopMachine(id: string, signal: AbortSignal): Promise<void>;
  rebootMachine(id: string, signal: AbortSignal): Promise<void>;
  labelMachine(id: string, label: string, signal: AbortSignal): Promise<void>;
  changeBid(id: string, pricePerHourMicroUsd: number, signal: AbortSignal): Promise<void>;
  /** Asks for their end. A machine that is gone already is a success; only a list shows that they are gone. */
  destroyMachines(ids: readonly [string, ...string[]], signal: AbortSignal): Promise<void>;
  /** The last lines of the machine's own log, for people. */
  readLogs(id: string, lines: number, signal: AbortSignal): Promise<string>;
  /** Puts an SSH public key on the machine. Idempotent. */
  addSshKey(id: string, publicKey: string, signal: AbortSignal): Promise<void>;
  /**
   * What the provider charged so far, by machine and kind, for all of the provider's days that touch the interval:
   * ask by whole days for lines of whole days. Both ends in the provider's time.
   */
  listCharges(from: Date, to: Date, signal: AbortSignal): Promise<readonly Charge[]>;
  findAccount(signal: AbortSignal): Promise<Account>;
}

export type ProviderKind = 'vast';

export const providerCalls = [
  'search',
  'create',
  'list',
  'find',
  'start',
  'stop',
  'reboot',
  'label',
  'bid',
  'destroy',
  'logs',
  'ssh-key',
  'charges',
  'account',
] as const;
export type ProviderCall = (typeof providerCalls)[number];

/** Undefined means any. */
export interface OfferQuery {
  readonly gpuName?: string | undefined;
  readonly gpuCount?: number | undefined;
  readonly minGpuMemoryMb?: number | undefined;
  readonly minCpuCores?: number | undefined;
  readonly minMemoryMb?: number | undefined;
  readonly diskGb: number;
  readonly minDownloadMbps?: number | undefined;
  readonly minUploadMbps?: number | undefined;
  readonly minReliability?: number | undefined;
  readonly minCudaVersion?: number | undefined;
  /** The whole price, disk included. */
  readonly maxPricePerHourMicroUsd?: number | undefined;
  readonly region?: 'US' | 'EU' | 'ASIA' | undefined;
  readonly verifiedOnly: boolean;
  readonly staticIp?: boolean | undefined;
  readonly rental: Rental;
  readonly limit: number;
}

/** `bid` may be taken away by a higher bid. */
export type Rental = 'on-demand' | 'bid';

export interface Offer {
  readonly id: string;
  /** The physical machine; two offers may share one. */
  readonly hostMachineId: string;
  /** Who owns it. */
  readonly hostId: string;
  readonly gpuName: string;
  readonly gpuCount: number;
  readonly gpuMemoryMb: number;
  readonly cpuName: string | null;
  readonly cpuCores: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly diskMbps: number | null;
  readonly downloadMbps: number;
  readonly uploadMbps: number;
  readonly cudaVersion: number | null;
  readonly reliability: number | null;
  readonly verified: boolean;
  readonly staticIp: boolean;
  readonly directPorts: number;
  readonly geolocation: string | null;
  readonly rental: Rental;
  /** GPU and host, without disk. */
  readonly basePricePerHourMicroUsd: number;
  /** A GB of disk for a month of 30 days. */
  readonly storagePricePerGbMonthMicroUsd: number;
  readonly downloadPricePerGbMicroUsd: number;
  readonly uploadPricePerGbMicroUsd: number;
  /** With the disk asked for. */
  readonly pricePerHourMicroUsd: number;
  /** For `bid`: the lowest that would be taken now. */
  readonly minBidPerHourMicroUsd: number | null;
}

export interface MachineOrder {
  readonly offerId: string;
  /** Ours, at most 256 characters: the only way to find the machine when the reply is lost. */
  readonly label: string;
  readonly image: string;
  readonly diskGb: number;
  readonly ports: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  /** A shell script that the machine runs at each start; with arguments at most 4,048 characters. */
  readonly onStart: string;
  readonly bidPerHourMicroUsd?: number;
}

export type CreateResult =
  | { readonly kind: 'created'; readonly machineId: string; readonly restrictedKey: string | null }
  /** Nothing was rented; or, with a `machineId`, something was that will not run and must be destroyed. */
  | { readonly kind: 'refused'; readonly error: ProviderError; readonly machineId: string | null };

/** As the provider tells it, in our words. `unknown` is neither idle nor dead. */
export type ProviderState = 'loading' | 'running' | 'stopped' | 'failed' | 'offline' | 'unknown';

export interface ProviderMachine {
  readonly id: string;
  readonly label: string | null;
  readonly state: ProviderState;
  /** The provider's own words, for people. */
  readonly statusMessage: string | null;
  /** What it was last told to be. */
  readonly intended: 'running' | 'stopped' | 'unknown';
  readonly hostMachineId: string;
  readonly hostId: string;
  readonly gpuName: string;
  readonly gpuCount: number;
  readonly gpuMemoryMb: number;
  readonly cpuCores: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly geolocation: string | null;
  readonly downloadMbps: number | null;
  readonly uploadMbps: number | null;
  readonly rental: Rental;
  readonly pricePerHourMicroUsd: number;
  readonly storagePricePerHourMicroUsd: number;
  readonly startedAt: Date | null;
  /** Where SSH may be tried, best first: direct, then the provider's proxy. Empty while unknown. */
  readonly sshAddresses: readonly SshAddress[];
  readonly ports: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
}

export interface SshAddress {
  readonly host: string;
  readonly port: number;
}

export interface Charge {
  readonly machineId: string;
  readonly kind: 'gpu' | 'storage' | 'download' | 'upload';
  readonly from: Date;
  readonly to: Date;
  readonly amountMicroUsd: number;
}

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly balanceMicroUsd: number;
}

/**
 * How a provider fails. `blind`: no usable answer (network, time-out, 5xx, a reply that contradicts itself); what
 * was asked for may have happened, and nothing is known of what is. All others are answers.
 */
export type ProviderErrorKind =
  | 'blind'
  | 'rate_limited'
  | 'not_found'
  | 'gone'
  | 'no_capacity'
  | 'auth'
  | 'invalid';

export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly kind: ProviderErrorKind;
  readonly call: ProviderCall;

  constructor(kind: ProviderErrorKind, call: ProviderCall, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.call = call;
  }
}
