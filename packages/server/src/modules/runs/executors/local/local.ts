import { statSync } from 'node:fs';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import type { AttemptRef, Execution, Executor, Launch, Leftovers, Limits } from '../executor.ts';
import { listArtifacts } from './artifacts.ts';
import { attemptFolder, listAttempts, removeAttempt, type AttemptFolder } from './attempt-folder.ts';
import { hasFullDisk } from './disk-space.ts';
import { createRunCgroup, removeEmptyCgroups, type RunCgroup } from './cgroup.ts';
import { checkLaunch } from './environment.ts';
import type { Isolation } from './isolation.ts';
import { logFile } from './log-file.ts';
import { createPlace, type PlaceOptions } from './place.ts';
import { probeIsolation } from './probe.ts';
import { followProcess } from './process-handle.ts';
import { markedBy, ownedBy } from './processes.ts';
import { createSpawner } from './spawner.ts';
import { endAll } from './sweep.ts';

/**
 * `runsDir` holds `<runId>/<attempt>/` and is made when missing; `runtimeFolders` hold programs that every run
 * may read: the runtime, `node_modules`, `apps`.
 */
export interface LocalExecutorOptions extends PlaceOptions {
  /** Found out by `probeIsolation` when left out. */
  readonly isolation?: Isolation;
  readonly clock?: Pick<Clock, 'sleep' | 'elapsedMs'>;
}

export interface LocalExecutor extends Executor {
  /** What really confines runs, for the operator and for whoever must refuse to start some kinds of them. */
  readonly isolation: Isolation;
}

/** Below this age an attempt's process numbers are all above its first one's: they cannot have wrapped. */
const youngMs = 2000;

/**
 * Runs as child processes of this host, confined as well as it can be. They write their logs themselves, so that
 * nothing is lost between them and us; when we die, they die.
 */
export const createLocalExecutor = async (options: LocalExecutorOptions): Promise<LocalExecutor> => {
  const clock = options.clock ?? systemClock;
  const place = createPlace(options, options.isolation ?? (await probeIsolation()));
  const { runsDir, isolation, traits, users } = place;
  const living = new Map<string, Execution>();
  const spawner = createSpawner();
  if (isolation.cgroup !== undefined) removeEmptyCgroups(isolation.cgroup);
  const { kind, confined, reason } = isolation;
  options.log.info({ isolation: kind, confined }, `runs here: ${reason}`);

  const leftoversOf = (folder: AttemptFolder): Leftovers => ({
    stdout: logFile(folder.stdout, clock.sleep),
    stderr: logFile(folder.stderr, clock.sleep),
    listArtifacts: () => listArtifacts(folder.output, () => clock.sleep(0)),
  });

  const start = async (launch: Launch): Promise<Execution> => {
    checkLaunch(launch);
    const folder = attemptFolder(runsDir, launch);
    const view = place.viewFor(folder, launch);
    using held = new DisposableStack();
    const uid = traits.hasOwnUsers ? held.adopt(users.take(), users.giveBack) : undefined;
    const groups = place.groupsFor(launch, uid);
    const { cgroup, limits } = limitRun(isolation.cgroup, launch);
    if (cgroup !== undefined) held.defer(() => cgroup.close());
    const plan = traits.confinement({ launch, limits, folder, view, uid, groups });
    const argv = cgroup === undefined ? plan.argv : cgroup.enter(plan.argv);
    const started = await spawner.start({ plan: { ...plan, argv }, folder, files: launch.files, uid });

    const startedMs = clock.elapsedMs();
    const handle = followProcess({
      started,
      folder,
      hasNamespace: plan.hasNamespace,
      clock,
      sweep: () => {
        const since = clock.elapsedMs() - startedMs < youngMs ? started.pid : 0;
        const find = () => [...markedBy(folder, since), ...(uid === undefined ? [] : ownedBy(uid, since))];
        // A run must not hang on a process that nobody can end.
        return endAll(find, clock).catch((error: unknown) =>
          options.log.error({ runId: launch.runId, error }, 'a run left processes that cannot be ended'),
        );
      },
    });
    const kept = held.move();
    const exited = handle.exited.then((exit) => {
      const outOfMemory = cgroup?.close() === true;
      living.delete(folder.path);
      kept.dispose();
      const diskFull = hasFullDisk([folder.path, ...writableOf(launch)]);
      return { ...exit, ...(outOfMemory ? { outOfMemory } : {}), ...(diskFull ? { diskFull } : {}) };
    });
    const execution = { ...leftoversOf(folder), signal: handle.signal, exited };
    living.set(folder.path, execution);
    return execution;
  };

  const end = async (attempt: AttemptRef): Promise<void> => {
    const folder = attemptFolder(runsDir, attempt);
    const execution = living.get(folder.path);
    if (execution !== undefined) {
      await execution.signal('KILL');
      await execution.exited;
    }
    const owner = traits.hasOwnUsers ? statSync(folder.work, { throwIfNoEntry: false })?.uid : undefined;
    // An id of an attempt long gone may be a living run's by now.
    const find = () => [
      ...markedBy(folder),
      ...(owner !== undefined && users.isFree(owner) ? ownedBy(owner) : []),
    ];
    await endAll(find, clock);
  };

  return {
    name: 'local',
    isolation,
    start,
    end,
    leftovers: async (attempt) => {
      const folder = attemptFolder(runsDir, attempt);
      const exists = statSync(folder.stderr, { throwIfNoEntry: false }) !== undefined;
      return exists ? leftoversOf(folder) : undefined;
    },
    discard: (attempt) => removeAttempt(attemptFolder(runsDir, attempt)),
    listKept: () => listAttempts(runsDir),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        [...living.values()].map(async (execution) => {
          await execution.signal('KILL');
          await execution.exited;
        }),
      );
      await spawner[Symbol.asyncDispose]();
    },
  };
};

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
