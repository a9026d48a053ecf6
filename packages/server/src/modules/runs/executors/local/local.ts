import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { AttemptRef, Execution, Executor, Launch, Leftovers } from '../executor.ts';
import { listArtifacts } from './artifacts.ts';
import { attemptFolder, prepareAttempt, removeAttempt, type AttemptFolder } from './attempt-folder.ts';
import { createRunCgroup, removeEmptyCgroups } from './cgroup.ts';
import { checkLaunch } from './environment.ts';
import { createEtcFolder } from './etc-folder.ts';
import { isolationTraits, type Isolation } from './isolation.ts';
import { logFile } from './log-file.ts';
import { groupsForMounts, sharedGroupFor } from './mount-access.ts';
import { probeIsolation } from './probe.ts';
import { followProcess } from './process-handle.ts';
import { spawnPlan } from './spawn-plan.ts';
import { endMarked } from './sweep.ts';
import { createUidPool, runUids } from './uid-pool.ts';
import { withUmask } from './umask.ts';
import { createView } from './view.ts';

export interface LocalExecutorOptions {
  /** Holds `<runId>/<attempt>/`; made with mode 0700 when missing. */
  readonly runsDir: string;
  /** Folders with programs that every run may read: the runtime, `node_modules`, `apps`. */
  readonly runtimeFolders: readonly string[];
  readonly log: Logger;
  /** Found out by `probeIsolation` when left out. */
  readonly isolation?: Isolation;
  readonly clock?: Pick<Clock, 'sleep' | 'elapsedMs'>;
}

export interface LocalExecutor extends Executor {
  readonly isolation: Isolation;
}

/** Below this age an attempt's process numbers are all above its first one's: they cannot have wrapped. */
const youngMs = 2000;

/** What runs write is for their group too: the next run, which is another user, may have to replace it. */
const runUmask = 0o002;

/**
 * Runs as child processes of this host, confined as well as it can be. Child processes write their logs
 * themselves, so that nothing is lost between them and us; when we die, they die.
 */
export const createLocalExecutor = async (options: LocalExecutorOptions): Promise<LocalExecutor> => {
  const clock = options.clock ?? systemClock;
  const isolation = options.isolation ?? (await probeIsolation());
  const traits = isolationTraits[isolation.kind];
  mkdirSync(options.runsDir, { recursive: true, mode: 0o700 });
  const runsDir = realpathSync(options.runsDir);
  const uids = traits.hasOwnUsers ? runUids() : [];
  const etc = createEtcFolder(runsDir, uids);
  const viewOf = createView({ runsDir, runtimeFolders: options.runtimeFolders, etc: etc.path });
  const pool = createUidPool(uids);
  const living = new Map<string, Execution>();
  if (isolation.cgroup !== undefined) removeEmptyCgroups(isolation.cgroup);
  options.log.info(
    { isolation: isolation.kind, confined: isolation.confined },
    `runs here: ${isolation.reason}`,
  );

  const leftoversOf = (folder: AttemptFolder): Leftovers => ({
    stdout: logFile(folder.stdout, clock.sleep),
    stderr: logFile(folder.stderr, clock.sleep),
    listArtifacts: () => listArtifacts(folder.output, () => clock.sleep(0)),
  });

  /** Never rejects: a run must not hang on a process that nobody can end. */
  const sweep = async (attempt: AttemptRef, folder: AttemptFolder, first: number, startedMs: number) => {
    const isYoung = clock.elapsedMs() - startedMs < youngMs;
    await endMarked(attempt, folder, clock, isYoung ? first : 0).catch((error: unknown) =>
      options.log.error({ runId: attempt.runId, error }, 'a run left processes that cannot be ended'),
    );
  };

  const tellShared = (path: string): void =>
    options.log.warn({ path }, 'the group of this folder was changed so that runs can write into it');

  const start = async (launch: Launch): Promise<Execution> => {
    checkLaunch(launch);
    const folder = attemptFolder(runsDir, launch);
    const view = isolation.confined ? viewOf(folder, launch.mounts) : [];
    using held = new DisposableStack();
    const uid = traits.hasOwnUsers ? pool.take() : undefined;
    if (uid !== undefined) held.defer(() => pool.giveBack(uid));
    const groups = uid === undefined ? [] : groupsForMounts(launch.mounts, sharedGroupFor(uid), tellShared);
    if (isolation.confined) etc.refresh();

    const { fileSizeBytes, ...shared } = launch.limits;
    const ownLimits = fileSizeBytes === undefined ? {} : { fileSizeBytes };
    const hasSharedLimits = Object.values(shared).some((limit) => limit !== undefined);
    const cgroup =
      isolation.cgroup !== undefined && hasSharedLimits
        ? createRunCgroup(isolation.cgroup, launch, shared)
        : undefined;
    if (cgroup !== undefined) held.defer(() => cgroup.close());
    const limits = cgroup === undefined ? launch.limits : ownLimits;
    const plan = traits.confinement({ launch, limits, folder, view, uid, groups });
    const argv = cgroup === undefined ? plan.argv : cgroup.enter(plan.argv);
    const spawned = await withUmask(runUmask, () => {
      prepareAttempt(folder, launch, uid);
      return spawnPlan({ ...plan, argv }, folder, uid);
    }).catch(async (error: unknown) => {
      await removeAttempt(folder);
      throw error;
    });

    const startedMs = clock.elapsedMs();
    const handle = followProcess({
      spawned,
      folder,
      hasNamespace: plan.hasNamespace,
      clock,
      sweep: () => sweep(launch, folder, spawned.pid, startedMs),
    });
    const kept = held.move();
    const exited = handle.exited.then((exit) => {
      const outOfMemory = cgroup?.close() === true;
      living.delete(folder.path);
      kept.dispose();
      return outOfMemory ? { ...exit, outOfMemory } : exit;
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
    await endMarked(attempt, folder, clock);
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
    [Symbol.asyncDispose]: async () => {
      await Promise.all(
        [...living.values()].map(async (execution) => {
          await execution.signal('KILL');
          await execution.exited;
        }),
      );
    },
  };
};
