import type { Launch } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import type { StartPlan } from './start-plan.ts';

/** What is to be started, in a folder that is made for it. */
export interface Start {
  readonly plan: StartPlan;
  readonly folder: AttemptFolder;
  readonly files: Launch['files'];
  /** User of the run, where it is another than ours. */
  readonly uid: number | undefined;
}

/** What the server asks of its spawner. `id` tells the answers apart. */
export interface SpawnRequest extends Start {
  readonly id: number;
}

/** Each request is answered by `started` or `failed`; what started ends with one `exited`. */
export type SpawnerMessage =
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: number; readonly isRefused: boolean; readonly message: string }
  | {
      readonly kind: 'exited';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
    };
