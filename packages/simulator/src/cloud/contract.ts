import type { Bill, Rates } from './bill.ts';
import type { Flaw } from './machine.ts';

/** As the provider's lists say it. */
export type ActualStatus =
  | 'created'
  | 'loading'
  | 'running'
  | 'exited'
  | 'stopped'
  | 'frozen'
  | 'rebooting'
  | 'offline'
  | 'unknown';

export type ContainerState = 'running' | 'stopped' | 'unloaded';

/** What becomes of one start of a container. Drawn when it starts, so that it is known from its cause alone. */
export interface Fate {
  /** Undefined: it comes up and stays. */
  readonly flaw?: Flaw;
  /** From the start until the container runs. */
  readonly bootMs: number;
  /** From then until SSH answers. */
  readonly sshDelayMs: number;
  /** With `dies`: from running until the host is lost; back after `awayMs`, or never. */
  readonly diesAfterMs?: number;
  readonly awayMs?: number;
}

/** What the processes of a renter do to the machine. Shares are 0 to 100. */
export interface Load {
  readonly gpuPercent: readonly number[];
  readonly gpuMemoryMb: readonly number[];
  readonly cpuPercent: number;
  readonly memoryMb: number;
  readonly diskUsedGb: number;
}

/** What a renter asked for. */
export interface Wish {
  readonly image: string;
  readonly runtype: string;
  readonly env: readonly (readonly [string, string])[];
  readonly onstart: string | null;
  readonly args: readonly string[];
  readonly diskGb: number;
  readonly label: string | null;
  readonly bidMicrosPerHour: number | null;
  readonly targetState: 'running' | 'stopped';
  readonly cancelUnavailable: boolean;
  readonly templateHash: string | null;
  readonly isVm: boolean;
}

/** One rented machine; the provider calls it an instance and numbers it as a contract. */
export interface Contract {
  readonly id: number;
  readonly accountId: number;
  readonly askId: number;
  /** Index in the market. */
  readonly machine: number;
  readonly numGpus: number;
  readonly createdAtMs: number;
  readonly endsAtMs: number;
  readonly image: string;
  readonly runtype: string;
  readonly env: readonly (readonly [string, string])[];
  readonly onstart: string | null;
  readonly args: readonly string[];
  readonly diskGb: number;
  readonly templateHash: string | null;
  readonly isBid: boolean;
  /** The restricted key that is injected as CONTAINER_API_KEY. */
  readonly apiKey: string;
  label: string | null;
  rates: Rates;
  bill: Bill;
  actualStatus: ActualStatus | null;
  currentState: ContainerState;
  nextState: ContainerState;
  intendedStatus: 'running' | 'stopped';
  statusMessage: string;
  /** Counts starts, so that what was planned for an earlier one is void. */
  start: number;
  fate: Fate;
  runningSinceMs: number | null;
  /** It waits for a GPU, or for the price to fall under its bid. */
  isWaiting: boolean;
  isOutbid: boolean;
  /** Counts containers: recycling makes a new one, with an empty disk and a new host key. */
  container: number;
  goneAtMs: number | null;
  isDestroying: boolean;
  sshKeys: string[];
  /** Where SSH really answers, when the machine has a body. */
  address: { readonly host: string; readonly port: number } | null;
  load: Load;
  files: Record<string, string>;
  log: string[];
}

export const isGone = (contract: Contract): boolean => contract.goneAtMs !== null;

/** It holds its GPUs: others cannot rent them. */
export const holdsGpus = (contract: Contract): boolean =>
  !isGone(contract) && contract.currentState === 'running';

const maxLogLines = 500;

export const addLog = (contract: Contract, line: string): void => {
  contract.log.push(line);
  if (contract.log.length > maxLogLines) contract.log.splice(0, contract.log.length - maxLogLines);
};
