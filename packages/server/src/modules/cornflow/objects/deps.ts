import type { Blobs } from '../../../kernel/blobs/blobs.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { OptimizationApi } from '../../optimization/index.ts';
import type { DoorUser } from '../door.ts';

/** The maker of an object as clients see them. */
export interface Maker {
  readonly number: number;
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
}

export interface ObjectDeps {
  readonly optimization: OptimizationApi;
  /** By our ids. */
  readonly makersOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, Maker>>;
  /** False where an administrator did not let this user use the app. */
  readonly mayUse: (user: DoorUser, app: string) => Promise<boolean>;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Files of executions go after so many days; 0 keeps them. */
  readonly filesKeptDays: number;
}
