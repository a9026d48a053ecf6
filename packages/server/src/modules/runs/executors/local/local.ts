import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { AttemptRef, Execution, Executor, Launch, Leftovers } from '../executor.ts';
import { listArtifacts } from './artifacts.ts';
import {
  attemptFolder,
  prepareAttempt,
  readStatus,
  removeAttempt,
  type AttemptFolder,
} from './attempt-folder.ts';
import { checkLaunch } from './environment.ts';
import { createEtcFolder } from './etc-folder.ts';
import { isolationTraits, type Isolation } from './isolation.ts';
import { logFile } from './log-file.ts';
import { probeIsolation } from './probe.ts';
import { followProcess } from './process-handle.ts';
import { spawnPlan } from './spawn-plan.ts';
import { endMarked, endNamespace } from './sweep.ts';
import { createUidPool, runUids } from './uid-pool.ts';
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
  const etc = await createEtcFolder(join(runsDir, '.etc'), uids);
  const viewOf = createView({ runsDir, runtimeFolders: options.runtimeFolders, etc: etc.path });
  const pool = createUidPool(uids);
  const living = new Map<string, Execution>();
  options.log.info(
    { isolation: isolation.kind, confined: isolation.confined },
    `runs here: ${isolation.reason}`,
  );

  const leftoversOf = (folder: AttemptFolder): Leftovers => ({
    stdout: logFile(folder.stdout, clock.sleep),
    stderr: logFile(folder.stderr, clock.sleep),
    listArtifacts: () => listArtifacts(folder.output),
  });

  /** Ends what the first process left behind. Never rejects: a run must not hang on a process nobody can end. */
  const sweep = async (attempt: AttemptRef, folder: AttemptFolder, first: number, startedMs: number) => {
    const { init } = readStatus(folder);
    if (init !== undefined) return endNamespace(init, clock);
    const isYoung = clock.elapsedMs() - startedMs < youngMs;
    await endMarked(attempt, folder, clock, isYoung ? first : 0).catch((error: unknown) =>
      options.log.error({ runId: attempt.runId, error }, 'a run left processes that cannot be ended'),
    );
  };

  const start = async (launch: Launch): Promise<Execution> => {
    checkLaunch(launch);
    const folder = attemptFolder(runsDir, launch);
    const view = isolation.confined ? viewOf(folder, launch.mounts) : [];
    const uid = traits.hasOwnUsers ? pool.take() : undefined;
    const release = (): void => {
      if (uid !== undefined) pool.giveBack(uid);
    };
    try {
      if (isolation.confined) etc.refresh();
      const plan = traits.confinement({ launch, folder, view, uid });
      const logs = prepareAttempt(folder, launch, uid);
      const spawned = await spawnPlan(plan, folder, logs, uid).finally(() => logs.close());
      const startedMs = clock.elapsedMs();
      const handle = followProcess({
        spawned,
        folder,
        hasProcessNamespace: traits.hasProcessNamespace,
        reportsStatus: plan.reportsStatus,
        clock,
        sweep: () => sweep(launch, folder, spawned.pid, startedMs),
      });
      const execution = { ...leftoversOf(folder), ...handle };
      living.set(folder.path, execution);
      void handle.exited.then(() => {
        living.delete(folder.path);
        release();
      });
      return execution;
    } catch (error) {
      release();
      throw error;
    }
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
