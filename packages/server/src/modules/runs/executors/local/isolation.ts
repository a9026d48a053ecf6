import { bubblewrapAsRoot, bubblewrapAsUser } from './bubblewrap.ts';
import { otherUserAsRoot, processGroup } from './process-group.ts';
import type { Confinement } from './start-plan.ts';
import { unshareAsRoot } from './unshare.ts';

export type IsolationKind = 'bubblewrap-root' | 'bubblewrap-user' | 'unshare-root' | 'setpriv-root' | 'none';

/** How runs are kept apart from this host, found out once at start. */
export interface Isolation {
  readonly kind: IsolationKind;
  /** False: a run has the server's user and sees what the server sees. */
  readonly confined: boolean;
  /** For the operator, as a clause: what is used, or why nothing can be. */
  readonly reason: string;
  /**
   * Where groups with limits on memory, CPU and processes can be made. Without it only memory is limited, by
   * RLIMIT_DATA, for each process alone.
   */
  readonly cgroup?: string;
}

export interface IsolationTraits {
  readonly confinement: Confinement;
  /** Each run is another user than the server. */
  readonly hasOwnUsers: boolean;
  /** Runs see a file system of their own, made of what they need. */
  readonly hasView: boolean;
}

export const isolationTraits: Readonly<Record<IsolationKind, IsolationTraits>> = {
  'bubblewrap-root': { confinement: bubblewrapAsRoot, hasOwnUsers: true, hasView: true },
  'bubblewrap-user': { confinement: bubblewrapAsUser, hasOwnUsers: false, hasView: true },
  'unshare-root': { confinement: unshareAsRoot, hasOwnUsers: true, hasView: true },
  'setpriv-root': { confinement: otherUserAsRoot, hasOwnUsers: true, hasView: false },
  none: { confinement: processGroup, hasOwnUsers: false, hasView: false },
};
