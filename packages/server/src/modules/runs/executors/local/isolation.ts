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
}

export interface IsolationTraits {
  readonly confinement: Confinement;
  /** Each run is another user than the server. */
  readonly hasOwnUsers: boolean;
  /** Ending the first process of the run's PID namespace ends everything in it. */
  readonly hasProcessNamespace: boolean;
}

export const isolationTraits: Readonly<Record<IsolationKind, IsolationTraits>> = {
  'bubblewrap-root': { confinement: bubblewrapAsRoot, hasOwnUsers: true, hasProcessNamespace: true },
  'bubblewrap-user': { confinement: bubblewrapAsUser, hasOwnUsers: false, hasProcessNamespace: true },
  'unshare-root': { confinement: unshareAsRoot, hasOwnUsers: true, hasProcessNamespace: true },
  none: { confinement: unconfined, hasOwnUsers: false, hasProcessNamespace: false },
};
