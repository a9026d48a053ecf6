import { constants } from 'node:os';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Execution, Exit } from '../executor.ts';
import { readStatus, type AttemptFolder } from './attempt-folder.ts';
import { familyOf, isAlive, send } from './processes.ts';
import type { Spawned } from './spawn-plan.ts';

/** A started process tree, by the way it is confined. */
export type ProcessHandle = Pick<Execution, 'exited' | 'signal'>;

/** How long a TERM waits for a run that is still being confined to have a process that could get it. */
const setUpMs = 2000;

export interface ProcessHandleOptions {
  readonly spawned: Spawned;
  readonly folder: AttemptFolder;
  readonly hasProcessNamespace: boolean;
  readonly reportsStatus: boolean;
  readonly clock: Pick<Clock, 'sleep' | 'elapsedMs'>;
  /** Ends what may be left after the first process has gone. */
  sweep(): Promise<void>;
}

export const followProcess = (options: ProcessHandleOptions): ProcessHandle => {
  const { spawned, clock } = options;
  const { child, pid } = spawned;
  let hasEnded = false;

  const finish = async (): Promise<Exit> => {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (...how) => resolve(how));
    });
    hasEnded = true;
    child.stdio[3]?.destroy();
    await options.sweep();
    if (options.reportsStatus && code === 1 && readStatus(options.folder).exitCode === undefined) {
      // The confinement could not be built; its reason stands in the log.
      return { code: 126, signal: null };
    }
    return toExit(code, signal);
  };

  /** The first process of the namespace, which takes everything in it along; undefined until it exists. */
  const findInit = (): number | undefined =>
    options.reportsStatus
      ? readStatus(options.folder).init
      : familyOf([pid]).find((relative) => relative.pid !== pid)?.pid;

  const terminate = async (): Promise<void> => {
    if (!options.hasProcessNamespace) {
      send(-pid, 'TERM');
      for (const relative of familyOf([pid])) if (relative.group !== pid) send(relative.pid, 'TERM');
      return;
    }
    const deadline = clock.elapsedMs() + setUpMs;
    while (!hasEnded && clock.elapsedMs() < deadline) {
      const init = findInit();
      const members = init === undefined ? [] : familyOf([init]).filter((relative) => relative.pid !== init);
      for (const member of members) send(member.pid, 'TERM');
      if (members.length > 0) return;
      await clock.sleep(5);
    }
  };

  return {
    exited: finish(),
    signal: async (name) => {
      if (hasEnded) return;
      if (name === 'TERM') return terminate();
      const init = options.hasProcessNamespace ? findInit() : undefined;
      if (init !== undefined && isAlive(init)) send(init, 'KILL');
      else send(-pid, 'KILL');
    },
  };
};

/** Reversed, because of two names for one number (SIGABRT, SIGIOT) the first is the usual one. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .reverse()
    .map(([name, number]) => [number, name]),
);

const toExit = (code: number | null, signal: string | null): Exit => {
  if (code === null) return { code: null, signal };
  const name = signalNames.get(code - 128);
  return name === undefined ? { code, signal: null } : { code: null, signal: name };
};
