import { constants } from 'node:os';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Execution, Exit } from '../executor.ts';
import { readStatus, type AttemptFolder } from './attempt-folder.ts';
import { familyOf, send } from './processes.ts';
import type { Started } from './spawner.ts';
import { endNamespace } from './sweep.ts';

/** A started process tree, by the way it is confined. */
export type ProcessHandle = Pick<Execution, 'exited' | 'signal'>;

/** How long a TERM waits for a run that is still being confined to have a process that could get it. */
const setUpMs = 2000;

export interface ProcessHandleOptions {
  readonly started: Started;
  readonly folder: AttemptFolder;
  readonly hasNamespace: boolean;
  readonly clock: Pick<Clock, 'sleep' | 'elapsedMs'>;
  /** Ends what carries the attempt's mark. Never rejects. */
  sweep(): Promise<void>;
}

export const followProcess = (options: ProcessHandleOptions): ProcessHandle => {
  const { started, clock } = options;
  const { pid } = started;
  let hasEnded = false;

  const finish = async (): Promise<Exit> => {
    const { code, signal } = await started.exited;
    hasEnded = true;
    const { init, exitCode, hasStarted } = readStatus(options.folder);
    // The outermost process takes the namespace along by pdeathsig, but not in the same moment.
    await (init === undefined ? options.sweep() : endNamespace(init, clock));
    if (options.hasNamespace && code === 1 && exitCode === undefined) {
      // unshare(1) cannot end itself by KILL as its child was ended, and fails instead. Otherwise the confinement
      // could not be built; its reason stands in the log.
      return hasStarted ? { code: null, signal: 'SIGKILL' } : { code: 126, signal: null };
    }
    return toExit(code, signal);
  };

  /** Everything of the run that can get a TERM; empty until the command itself is there. */
  const members = (): readonly number[] => {
    const { init, hasStarted } = readStatus(options.folder);
    if (!options.hasNamespace) {
      const strays = familyOf([pid]).filter((relative) => relative.group !== pid);
      return hasStarted ? [-pid, ...strays.map((stray) => stray.pid)] : [];
    }
    const family = init === undefined ? [] : familyOf([init]);
    return family.map((relative) => relative.pid).filter((member) => member !== init);
  };

  const terminate = async (): Promise<void> => {
    const deadline = clock.elapsedMs() + setUpMs;
    while (!hasEnded && clock.elapsedMs() < deadline) {
      const targets = members();
      for (const target of targets) send(target, 'TERM');
      if (targets.length > 0) return;
      await clock.sleep(5);
    }
  };

  return {
    exited: finish(),
    signal: async (name) => {
      if (hasEnded) return;
      if (name === 'TERM') return terminate();
      send(-pid, 'KILL');
    },
  };
};

/** Reversed, because of two names for one number (SIGABRT, SIGIOT) the first is the usual one. */
const signalNames = new Map(
  Object.entries(constants.signals)
    .toReversed()
    .map(([name, number]) => [number, name]),
);

const toExit = (code: number | null, signal: string | null): Exit => {
  if (code === null) return { code: null, signal };
  const name = signalNames.get(code - 128);
  return name === undefined ? { code, signal: null } : { code: null, signal: name };
};
