import { listAsks, type Ask } from './asks.ts';
import { balanceMicros } from './balance.ts';
import { chargesUntil, totalMicros, type Charge } from './bill.ts';
import { applyCommand, type Command, type CommandResult } from './commands.ts';
import type { Contract } from './contract.ts';
import type { CreateResult } from './create-contract.ts';
import { happen } from './lifecycle.ts';
import type { Machine } from './machine.ts';
import { hostKeyOf, probeContract, type Probe } from './probe.ts';
import { defaultMarket, findContract, listContracts, type CloudState, type MarketOptions } from './state.ts';
import { createWorld, traceText, type CloudEvent, type World } from './world.ts';

export interface CloudOptions {
  readonly seed: number;
  /** When this world begins, epoch milliseconds. */
  readonly startMs: number;
  readonly accounts: readonly {
    readonly username: string;
    readonly apiKey: string;
    /** Prepaid; 10,000 dollars unless given. */
    readonly creditMicros?: number;
  }[];
  readonly market?: Partial<MarketOptions>;
}

/** What really is, whatever the provider's API says: for tests. */
export interface ContractTruth {
  readonly id: number;
  readonly accountId: number;
  readonly label: string | null;
  /** Its place in the market: what commands about hosts name. */
  readonly machine: number;
  readonly machineId: number;
  readonly hostId: number;
  readonly createdAtMs: number;
  /** Null while it bills. */
  readonly goneAtMs: number | null;
  readonly actualStatus: Contract['actualStatus'];
  readonly flaw: Contract['fate']['flaw'] | null;
  readonly charges: readonly Charge[];
  readonly micros: number;
}

/**
 * A cloud as a deterministic machine: the same options, commands and times give the same history. It has no clock;
 * whoever drives it says what time it is.
 */
export interface Cloud {
  readonly nowMs: number;
  /** Hash of every command and event so far. */
  readonly traceHash: number;
  readonly world: World;
  /** Lets everything happen that is planned until then. Time never goes back. */
  advanceTo(atMs: number): void;
  /** When something happens next by itself, for a caller that sleeps until then. */
  nextAtMs(): number | undefined;
  apply(command: Extract<Command, { kind: 'create' }>): CreateResult;
  apply(command: Exclude<Command, { kind: 'create' }>): CommandResult;
  asks(): readonly Ask[];
  machine(index: number): Machine;
  contract(id: number): Contract | undefined;
  contracts(accountId?: number): readonly Contract[];
  /** What SSH to the machine would meet now; with a public key, whether it would let its owner in. */
  probe(contractId: number, sshKey?: string): Probe;
  /** Fingerprint of the machine's own host key, as its inside knows it. */
  hostKey(contractId: number): string | undefined;
  balanceMicros(accountId: number): number;
  /** Every contract that ever was, with its bill to the micro-dollar. */
  truth(): readonly ContractTruth[];
  /** The state as plain JSON. */
  snapshot(): CloudState;
}

const firstContractId = 27_000_001;
const defaultCreditMicros = 10_000_000_000;

const newState = ({ seed, startMs, accounts, market }: CloudOptions): CloudState => ({
  version: 1,
  seed,
  market: { ...defaultMarket, ...market },
  startedAtMs: startMs,
  nowMs: startMs,
  nextContractId: firstContractId,
  nextId: 1001,
  sequence: 0,
  traceHash: 0x811c9dc5,
  accounts: accounts.map(({ username, apiKey, creditMicros }, index) => ({
    id: 501 + index,
    username,
    email: `${username}@example.com`,
    apiKey,
    createdAtMs: startMs,
    creditMicros: creditMicros ?? defaultCreditMicros,
    sshKeys: [],
  })),
  contracts: {},
  machines: {},
  planned: [],
  priceIncreases: [],
  recentAsks: [],
});

const truthOf = (world: World, contract: Contract): ContractTruth => {
  const { machineId, hostId } = world.machine(contract.machine);
  const { nowMs } = world.state;
  return {
    id: contract.id,
    accountId: contract.accountId,
    label: contract.label,
    machine: contract.machine,
    machineId,
    hostId,
    createdAtMs: contract.createdAtMs,
    goneAtMs: contract.goneAtMs,
    actualStatus: contract.actualStatus,
    flaw: contract.fate.flaw ?? null,
    charges: chargesUntil(contract.bill, nowMs),
    micros: totalMicros(contract.bill, nowMs),
  };
};

/** Begins a world, or goes on with one that was stored. `onEvent` is told what happens, at once and in order. */
export const createCloud = (
  from: CloudOptions | { readonly snapshot: CloudState },
  onEvent: (event: CloudEvent) => void = () => undefined,
): Cloud => {
  const state = 'snapshot' in from ? structuredClone(from.snapshot) : newState(from);
  const world = createWorld(state, onEvent);
  const apply = (command: Command): CommandResult | CreateResult => {
    const result = applyCommand(world, command);
    const line = `${state.nowMs} ${JSON.stringify(command)} ${JSON.stringify(result)}\n`;
    state.traceHash = traceText(state.traceHash, line);
    return result;
  };
  return {
    get nowMs() {
      return state.nowMs;
    },
    get traceHash() {
      return state.traceHash;
    },
    world,
    advanceTo: (atMs) => {
      for (let next = state.planned[0]; next !== undefined && next.atMs <= atMs; next = state.planned[0]) {
        state.planned.shift();
        state.nowMs = Math.max(state.nowMs, next.atMs);
        happen(world, next);
      }
      state.nowMs = Math.max(state.nowMs, Math.floor(atMs));
    },
    nextAtMs: () => state.planned[0]?.atMs,
    // Overloads: a create is answered with what it made.
    apply: apply as Cloud['apply'],
    asks: () => listAsks(world),
    machine: (index) => world.machine(index),
    contract: (id) => findContract(state, id),
    contracts: (accountId) => listContracts(state, accountId),
    probe: (contractId, sshKey) => probeContract(world, findContract(state, contractId), sshKey),
    hostKey: (contractId) => {
      const contract = findContract(state, contractId);
      return contract === undefined ? undefined : hostKeyOf(world, contract);
    },
    balanceMicros: (accountId) => {
      const account = state.accounts.find(({ id }) => id === accountId);
      if (account === undefined) throw new Error(`there is no account ${accountId}`);
      return balanceMicros(state, account);
    },
    truth: () => Object.values(state.contracts).map((contract) => truthOf(world, contract)),
    snapshot: () => structuredClone(state),
  };
};
