import type { Contract } from './contract.ts';

/** A renter: whose keys, machines and bill. */
export interface Account {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly apiKey: string;
  readonly createdAtMs: number;
  /** Prepaid, micro-dollars; the bill is taken from it. */
  creditMicros: number;
  sshKeys: SshKey[];
}

export interface SshKey {
  readonly id: number;
  key: string;
  readonly createdAtMs: number;
}

/** What was done to a machine of the market; one that nothing was done to has no entry. */
export interface MachineState {
  /** How many containers were started on it: the key of the next one's fate. */
  starts: number;
  /** The host is out of reach until then; null: until it is brought back. */
  awayUntilMs?: number | null;
  priceFactor?: number;
  /** How many of its GPUs others want, instead of what the market says. */
  forcedDemand?: number;
  /** By size: how often an offer of that size was taken, so that the next has another id. */
  taken: Record<string, number>;
  /** Names the fate of its next starts, instead of chance. */
  forcedFlaw?: Contract['fate']['flaw'] | 'none';
}

export interface PriceIncrease {
  readonly id: number;
  readonly contractId: number;
  readonly gpuMicrosPerHour: number;
  readonly createdAtMs: number;
}

export type PlannedKind =
  | 'created'
  | 'loading'
  | 'running'
  | 'failed'
  | 'lost'
  | 'back'
  | 'stopped'
  | 'market'
  | 'expired'
  | 'balance'
  | 'vanished'
  | 'gone';

/** Something that happens to a contract at a moment, unless it was started anew since. */
export interface Planned {
  readonly atMs: number;
  /** Orders what happens at one moment. */
  readonly sequence: number;
  readonly contractId: number;
  readonly start: number;
  readonly kind: PlannedKind;
}

/** How the market is made and how machines behave. Part of the state: a restart does not change it. */
export interface MarketOptions {
  readonly machines: number;
  /** Share of machines with a flaw, 0 to 1. */
  readonly badShare: number;
  /** How often a flawed machine shows its flaw at a start, 0 to 1. */
  readonly flawRate: number;
  /** From the start until the container runs: log-normal. */
  readonly boot: { readonly medianSeconds: number; readonly sigma: number };
  /** The same for a machine that was stopped: its image is there. */
  readonly restart: { readonly medianSeconds: number; readonly sigma: number };
  /** From running until SSH answers: log-normal. */
  readonly ssh: { readonly medianSeconds: number; readonly sigma: number };
  /** From a destroy until the machine is no longer listed: log-normal. */
  readonly removal: { readonly medianSeconds: number; readonly sigma: number };
}

/** All that the cloud knows, as JSON. */
export interface CloudState {
  readonly version: 1;
  readonly seed: number;
  readonly market: MarketOptions;
  readonly startedAtMs: number;
  nowMs: number;
  nextContractId: number;
  nextId: number;
  sequence: number;
  /** Over every command and every event: equal traces, equal histories. */
  traceHash: number;
  accounts: Account[];
  contracts: Record<string, Contract>;
  machines: Record<string, MachineState>;
  planned: Planned[];
  priceIncreases: PriceIncrease[];
  /** When an offer was last taken: a second request right after is accepted, and one of the two dies. */
  recentAsks: { readonly askId: number; readonly atMs: number }[];
}

export const defaultMarket: MarketOptions = {
  machines: 160,
  badShare: 0.15,
  flawRate: 0.85,
  boot: { medianSeconds: 35, sigma: 0.8 },
  restart: { medianSeconds: 12, sigma: 0.6 },
  ssh: { medianSeconds: 2.5, sigma: 0.7 },
  removal: { medianSeconds: 1.5, sigma: 0.5 },
};

export const machineStateOf = (state: CloudState, index: number): MachineState =>
  (state.machines[index] ??= { starts: 0, taken: {} });

export const findContract = (state: CloudState, id: number): Contract | undefined => {
  const contract = state.contracts[id];
  return contract === undefined || contract.goneAtMs !== null ? undefined : contract;
};

/** Those that the provider still lists. */
export const listContracts = (state: CloudState, accountId?: number): readonly Contract[] =>
  Object.values(state.contracts).filter(
    (contract) => contract.goneAtMs === null && (accountId === undefined || contract.accountId === accountId),
  );
