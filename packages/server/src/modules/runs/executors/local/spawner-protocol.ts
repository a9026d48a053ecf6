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
  /** It writes to `handOverDescriptor` when it is ready, and reads there what to do. */
  readonly waits: boolean;
}

/** Makes a process that waits that of an attempt: its folder becomes the attempt's, then it reads the message. */
export interface HandOver {
  readonly folder: AttemptFolder;
  readonly files: Launch['files'];
  readonly message: string;
}

/** What the server asks of its spawner. `id` tells the answers apart. */
export type SpawnerRequest =
  | (Start & { readonly kind: 'start'; readonly id: number })
  | (HandOver & { readonly kind: 'hand-over'; readonly id: number; readonly startId: number });

/**
 * Each request is answered by `started` or `failed`; what started ends with one `exited` of the start's id. What
 * waits says `ready` before: until then its folder must stay where it is, because its view is being made of it.
 */
export type SpawnerMessage =
  | { readonly kind: 'ready'; readonly id: number }
  | { readonly kind: 'started'; readonly id: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly id: number; readonly isRefused: boolean; readonly message: string }
  | {
      readonly kind: 'exited';
      readonly id: number;
      readonly code: number | null;
      readonly signal: string | null;
    };
