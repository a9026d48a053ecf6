import { bubblewrapAsRoot, bubblewrapAsUser } from './bubblewrap.ts';
import type { Confinement } from './start-plan.ts';
import { unconfined } from './unconfined.ts';
import { unshareAsRoot } from './unshare.ts';

export type IsolationKind = 'bubblewrap-root' | 'bubblewrap-user' | 'unshare-root' | 'none';

/** How runs are kept apart from this host, found out once at start. */
export interface Isolation {
  readonly kind: IsolationKind;
  /** False: a run has the server's user and sees what the server sees. */
  readonly confined: boolean;
  /** For the operator, as a clause: what is used, or why nothing can be. */
  readonly reason: string;
  /**
   * Where groups with limits on memory and CPU can be made. Without it CPU is not limited, and memory by
   * RLIMIT_DATA, for each process alone.
   */
  readonly cgroup?: string;
}

export interface IsolationTraits {
  readonly confinement: Confinement;
  /** Each run is another user than the server. */
  readonly hasOwnUsers: boolean;
}

export const isolationTraits: Readonly<Record<IsolationKind, IsolationTraits>> = {
  'bubblewrap-root': { confinement: bubblewrapAsRoot, hasOwnUsers: true },
  'bubblewrap-user': { confinement: bubblewrapAsUser, hasOwnUsers: false },
  'unshare-root': { confinement: unshareAsRoot, hasOwnUsers: true },
  none: { confinement: unconfined, hasOwnUsers: false },
};
