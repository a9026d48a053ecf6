import { statSync } from 'node:fs';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import type { Execution, Executor, Launch, Leftovers } from '../executor.ts';
import { listArtifacts } from './artifacts.ts';
import { attemptFolder, listAttempts, removeAttempt, type AttemptFolder } from './attempt-folder.ts';
import { endRunCgroup, removeEmptyCgroups } from './cgroup.ts';
import { checkLaunch } from './environment.ts';
import type { Isolation } from './isolation.ts';
import { logFile } from './log-file.ts';
import { createPlace, type PlaceOptions } from './place.ts';
import { probeIsolation } from './probe.ts';
import { createProcessStart } from './process-start.ts';
import { markedBy, ownedBy } from './processes.ts';
import { createSpawner } from './spawner.ts';
import { endAll } from './sweep.ts';
import { createWarmWorkers } from './warm-workers.ts';

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
  /**
   * Has a process wait for the next launch of a module that differs in nothing but its attempt, files and
   * arguments; each start does so for its like. Resolves when it waits, or none can. Never rejects.
   */
  expect(launch: Launch): Promise<void>;
}

/**
 * Runs as child processes of this host, confined as well as it can be. They write their logs themselves, so that
 * nothing is lost between them and us; when we die, they die.
 */
export const createLocalExecutor = async (options: LocalExecutorOptions): Promise<LocalExecutor> => {
  const clock = options.clock ?? systemClock;
  const { log } = options;
  const place = createPlace(options, options.isolation ?? (await probeIsolation()));
  const { runsDir, isolation, traits, users } = place;
  const living = new Map<string, Execution>();
  const spawner = createSpawner();
  if (isolation.cgroup !== undefined) removeEmptyCgroups(isolation.cgroup);
  const { kind, confined, reason } = isolation;
  const level = confined && isolation.cgroup !== undefined ? 'info' : 'warn';
  log[level]({ isolation: kind, confined }, `runs here: ${reason}`);

  const endIn = (folder: AttemptFolder): Promise<void> => {
    const owner = traits.hasOwnUsers ? statSync(folder.work, { throwIfNoEntry: false })?.uid : undefined;
    // An id of an attempt long gone may be a living run's by now.
    const find = () => [
      ...markedBy(folder),
      ...(owner !== undefined && users.isFree(owner) ? ownedBy(owner) : []),
    ];
    return endAll(find, clock);
  };
  const processes = createProcessStart({ place, spawner, clock, log });
  const warm = createWarmWorkers({ place, start: processes, clock, log, endIn });

  const leftoversOf = (folder: AttemptFolder): Leftovers => ({
    stdout: logFile(folder.stdout, clock.sleep),
    stderr: logFile(folder.stderr, clock.sleep),
    listArtifacts: () => listArtifacts(folder.output, () => clock.sleep(0)),
  });

  return {
    name: 'local',
    isolation,
    start: async (launch) => {
      checkLaunch(launch);
      const folder = attemptFolder(runsDir, launch);
      const begun = (await warm.take(launch, folder)) ?? (await processes.begin(launch, folder));
      const { signal, exited } = processes.follow(begun, launch, folder);
      const execution: Execution = {
        ...leftoversOf(folder),
        signal,
        exited: exited.finally(() => living.delete(folder.path)),
      };
      living.set(folder.path, execution);
      warm.expectSoon(launch);
      return execution;
    },
    expect: (launch) => warm.expect(launch),
    end: async (attempt) => {
      const folder = attemptFolder(runsDir, attempt);
      const execution = living.get(folder.path);
      if (execution !== undefined) {
        await execution.signal('KILL');
        await execution.exited;
      }
      await endIn(folder);
      if (isolation.cgroup !== undefined) await endRunCgroup(isolation.cgroup, attempt, clock);
    },
    leftovers: async (attempt) => {
      const folder = attemptFolder(runsDir, attempt);
      const exists = statSync(folder.stderr, { throwIfNoEntry: false }) !== undefined;
      return exists ? leftoversOf(folder) : undefined;
    },
    discard: (attempt) => removeAttempt(attemptFolder(runsDir, attempt)),
    listKept: () => listAttempts(runsDir),
    [Symbol.asyncDispose]: async () => {
      await warm[Symbol.asyncDispose]();
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
