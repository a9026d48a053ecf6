import type { Finding } from '@dumont/contracts/finding';
import type { IdleSample } from '@dumont/contracts/machines/operations';
import type { MachineRef, RestoreRequest, SnapshotRequest } from '../snapshots/index.ts';
import type { MachineRow, RentalRow } from './machine.ts';

/** Where a rented machine answers, and as whom we come. */
export interface Target {
  readonly rentalId: string;
  readonly providerMachineId: string;
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly machine: MachineRow;
  /** The key that it showed when it was taken; undefined at the first time. */
  readonly hostKey: string | undefined;
}

export interface Answered {
  readonly hostKey: string;
  readonly address: { readonly host: string; readonly port: number };
}

/** Why a machine was not reached, in the word that its host's record keeps. */
export type ReachFailure =
  | 'ssh_refused'
  | 'ssh_timeout'
  | 'ssh_denied'
  | 'ssh_hangs'
  | 'wrong_host_key'
  | 'ssh_closed';

export class NotReached extends Error {
  override readonly name = 'NotReached';
  readonly failure: ReachFailure;

  constructor(failure: ReachFailure, options?: ErrorOptions) {
    super(failure, options);
    this.failure = failure;
  }
}

/** What is done inside of machines. Over SSH; a virtual body answers the same in simulations. */
export interface Reach {
  /** First usable wins: an authenticated command answered, and the key shown is the machine's own. Rejects `NotReached`. */
  probe(target: Target, signal: AbortSignal): Promise<Answered>;
  /** The agent, the keys of its users, and what they asked to be run. May come twice. Rejects `NotReached`. */
  setUp(
    target: Target,
    setup: { readonly rental: RentalRow; readonly epoch: number; readonly agentToken: string },
    signal: AbortSignal,
  ): Promise<void>;
  /** Asks what works in it to write down what it has. As far as it goes: a machine may have nothing to say. */
  quiesce(target: Target, signal: AbortSignal): Promise<void>;
}

export interface SnapshotState {
  readonly id: string;
  readonly state: 'creating' | 'verifying' | 'verified' | 'partial' | 'failed';
  readonly percent: number | null;
  readonly error_message: string | null;
  /** The same without words. */
  readonly failure: Finding | null;
}

export interface RestoreState {
  readonly id: string;
  readonly state: 'restoring' | 'complete' | 'failed';
  readonly error_message: string | null;
  /** The same without words. */
  readonly failure: Finding | null;
}

/** What life cycles ask of module snapshots. */
export interface SnapshotWork {
  create(machine: MachineRef, request: SnapshotRequest): Promise<SnapshotState>;
  find(id: string): Promise<SnapshotState | undefined>;
  /** The work on it ends soon; one that is finished stays as it is. */
  cancel(id: string): Promise<void>;
  restore(machine: MachineRef, request: RestoreRequest): Promise<RestoreState>;
  findRestore(id: string): Promise<RestoreState | undefined>;
  /** That holds all of these folders whole; else of some. */
  findLastVerified(machineId: string, paths: readonly string[]): Promise<{ readonly id: string } | undefined>;
  /**
   * The newest snapshot that is in its repository, and that the books did not know of: a database that was restored from
   * a backup is older than that.
   */
  findNewer(
    machineId: string,
    snapshotId: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly id: string; readonly created_at: Date } | undefined>;
  /** Fencing: from now on nothing of a lower epoch is accepted. */
  raiseEpoch(machineId: string, epoch: number): Promise<void>;
}

/** Whether a machine sleeps now, by its policy and its latest beats. */
export type JudgeIdle = (machine: MachineRow) => Promise<
  | { readonly idle: true; readonly since: Date; readonly evidence: readonly IdleSample[] }
  /** `sleepsAt`: quiet until now, but not yet for long enough. */
  | { readonly idle: false; readonly sleepsAt: Date | undefined; readonly because: string }
>;
