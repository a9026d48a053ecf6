import type { Finding } from '@dumont/contracts/finding';
import type { IdlePolicy, Needs } from '@dumont/contracts/machines/instances';
import type { operationKinds, operationPhases } from '@dumont/contracts/machines/operations';
import type { Offer } from '../market/index.ts';
import type { StoredMachine } from './machine-store.ts';
import type { StoredOperation } from './operation-store.ts';
import type { StoredRental } from './rental-store.ts';

/** At rest; where an operation is not finished, that says where it is going. */
export type MachineState = 'new' | 'running' | 'paused' | 'hibernated' | 'lost' | 'destroyed';
export type OperationKind = (typeof operationKinds)[number];
export type Phase = (typeof operationPhases)[number];
export type RentalState = 'ordered' | 'waiting' | 'usable' | 'releasing' | 'gone' | 'never';

/** What a user asked for and keeps, whatever is rented for it at the moment. */
export type MachineRow = Omit<
  StoredMachine,
  'state' | 'needs' | 'environment' | 'idle_policy' | 'problem_finding'
> & {
  readonly state: MachineState;
  readonly problem_finding: Finding | null;
  readonly needs: Needs;
  readonly environment: Readonly<Record<string, string>>;
  readonly idle_policy: IdlePolicy;
};

/** What was asked for besides the kind of an operation. */
export interface OperationRequest {
  /** In place of what the machine needs otherwise. */
  readonly needs?: Partial<Needs>;
  readonly diskGb?: number;
  /** What is brought back once a machine answers. */
  readonly restoreSnapshotId?: string;
  /** Its files are given up, by the word of its user. */
  readonly skipSnapshot?: boolean;
}

/** Something that is done with a machine: some phases in an order. */
export type OperationRow = Omit<
  StoredOperation,
  'kind' | 'phase' | 'request' | 'seconds' | 'outcome' | 'problem_finding' | 'error_params'
> & {
  readonly kind: OperationKind;
  readonly phase: Phase;
  readonly request: OperationRequest;
  readonly seconds: Readonly<Record<string, number>>;
  readonly outcome: 'done' | 'failed' | 'cancelled' | null;
  readonly problem_finding: Finding | null;
  readonly error_params: Finding['params'] | null;
};

/** A machine of a provider, ordered for one of ours. */
export type RentalRow = Omit<StoredRental, 'state' | 'offer'> & {
  readonly state: RentalState;
  /** As it was when it was ordered. */
  readonly offer: Offer;
};

/** What is saved of a machine: where people and frameworks keep their files. */
export const savedPaths = ['/workspace', '/root'] as const;
