import type { Clock } from '../../../../kernel/clock.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { Execution, Launch, Limits } from '../executor.ts';
import type { AttemptFolder } from './attempt-folder.ts';
import { createRunCgroup, type RunCgroup } from './cgroup.ts';
import { hasFullDisk } from './disk-space.ts';
import type { Place } from './place.ts';
import { followProcess } from './process-handle.ts';
import { markedBy, ownedBy } from './processes.ts';
import type { Spawner, Started } from './spawner.ts';
import { endAll } from './sweep.ts';

/** A process that was started in a folder, with what it holds for as long as it lives. */
export interface Begun {
  readonly started: Started;
  /** The one it was started in; its own paths stay those of this folder, where it has a view. */
  readonly folder: AttemptFolder;
  readonly hasNamespace: boolean;
  readonly uid: number | undefined;
  readonly cgroup: RunCgroup | undefined;
  readonly startedMs: number;
  /** What is given back once nothing of it lives. */
  readonly held: DisposableStack;
}

export interface ProcessStart {
  /** Starts what the launch says, confined as this host can; `waits` for what is handed over later. */
  begin(launch: Launch, folder: AttemptFolder, waits?: boolean): Promise<Begun>;
  /** To be called once, when the folder is the one that it has to the end. */
  follow(begun: Begun, launch: Launch, folder: AttemptFolder): Pick<Execution, 'exited' | 'signal'>;
}

export interface ProcessStartOptions {
  readonly place: Place;
  readonly spawner: Pick<Spawner, 'start'>;
  readonly clock: Pick<Clock, 'sleep' | 'elapsedMs'>;
  readonly log: Logger;
}

/** Below this age an attempt's process numbers are all above its first one's: they cannot have wrapped. */
const youngMs = 2000;

export const createProcessStart = ({ place, spawner, clock, log }: ProcessStartOptions): ProcessStart => ({
  begin: async (launch, folder, waits = false) => {
    const { isolation, traits, users } = place;
    const view = place.viewFor(folder, launch);
    using held = new DisposableStack();
    const uid = traits.hasOwnUsers ? held.adopt(users.take(), users.giveBack) : undefined;
    const groups = place.groupsFor(launch, uid);
    const { cgroup, limits } = limitRun(isolation.cgroup, launch);
    if (cgroup !== undefined) held.defer(() => void cgroup.close(clock));
    const plan = traits.confinement({ launch, limits, folder, view, uid, groups });
    const argv = cgroup === undefined ? plan.argv : cgroup.enter(plan.argv);
    const { files } = launch;
    const started = await spawner.start({ plan: { ...plan, argv }, folder, files, uid, waits });
    const { hasNamespace } = plan;
    const startedMs = clock.elapsedMs();
    return { started, folder, hasNamespace, uid, cgroup, startedMs, held: held.move() };
  },

  follow: ({ started, hasNamespace, uid, cgroup, startedMs, held }, launch, folder) => {
    const handle = followProcess({
      started,
      folder,
      hasNamespace,
      clock,
      sweep: () => {
        const since = clock.elapsedMs() - startedMs < youngMs ? started.pid : 0;
        const find = () => [...markedBy(folder, since), ...(uid === undefined ? [] : ownedBy(uid, since))];
        // A run must not hang on a process that nobody can end.
        return endAll(find, clock).catch((error: unknown) =>
          log.error({ runId: launch.runId, error }, 'a run left processes that cannot be ended'),
        );
      },
    });
    const exited = handle.exited.then(async (exit) => {
      const outOfMemory = (await cgroup?.close(clock)) === true;
      held.dispose();
      const diskFull = hasFullDisk([folder.path, ...writableOf(launch)]);
      return { ...exit, ...(outOfMemory ? { outOfMemory } : {}), ...(diskFull ? { diskFull } : {}) };
    });
    return { exited, signal: handle.signal };
  },
});

const writableOf = (launch: Launch): readonly string[] =>
  launch.mounts.filter(({ writable }) => writable).map(({ path }) => path);

/** A group for the limits that many processes share, where groups can be made; the rest is for each process. */
const limitRun = (
  parent: string | undefined,
  launch: Launch,
): { readonly cgroup: RunCgroup | undefined; readonly limits: Limits } => {
  const { cpu, memoryBytes, fileSizeBytes } = launch.limits;
  if (parent === undefined || (cpu === undefined && memoryBytes === undefined)) {
    return { cgroup: undefined, limits: launch.limits };
  }
  const cgroup = createRunCgroup(parent, launch, launch.limits);
  return { cgroup, limits: fileSizeBytes === undefined ? {} : { fileSizeBytes } };
};
