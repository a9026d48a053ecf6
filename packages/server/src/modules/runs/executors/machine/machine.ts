import type { Logger } from '../../../../kernel/log.ts';
import type { HeldMachine } from '../../../machines/index.ts';
import { checkLaunch } from '../local/environment.ts';
import {
  LaunchRefused,
  PlaceUnavailable,
  type AttemptRef,
  type Execution,
  type Executor,
  type Launch,
  type Leftovers,
} from '../executor.ts';
import { createAccess, MachineLost, type Access, type AccessDeps } from './access.ts';
import { acquire, type AcquireDeps } from './acquire.ts';
import { remoteFiles, unwatched } from './files.ts';
import { runScript } from './remote.ts';
import {
  discardScript,
  endScript,
  existsScript,
  folderOf,
  notKept,
  signalScript,
  startedBefore,
  startScript,
} from './scripts.ts';
import { watchAttempt } from './watch.ts';

/** A host that is loaded, far away, and given some megabytes of files. */
const startSeconds = 300;
const scriptSeconds = 60;
const discardSeconds = 600;
/** A machine that cannot be reached is tidied up when it can, or is gone. */
const discardRetryMs = 30_000;
const discardPatienceMs = 10_000;

/** Linux gives arguments and environment together a quarter of the stack, which is 8 MiB almost everywhere. */
const longestLaunchBytes = 2_000_000;

const never = new AbortController().signal;
const noWaiting = { signal: never, say: () => undefined };

/** Throws `LaunchRefused` for what a machine cannot be given. */
const check = (launch: Launch): void => {
  checkLaunch(launch);
  const texts = [...launch.command, ...Object.entries(launch.environment).flat()];
  if (texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 9, 0) > longestLaunchBytes)
    throw new LaunchRefused('The command and its environment are longer than the system takes');
  if (launch.holdsCredentials === true)
    throw new LaunchRefused(
      'It needs stored credentials. None is marked as one that may leave this host, so it runs here only',
    );
  if (launch.mounts.length > 0 || launch.module !== undefined)
    throw new LaunchRefused('It needs folders of this host, which a rented machine does not have');
};

/**
 * Runs in rented machines: one is found, woken or deployed for each attempt, and let go of afterwards. What was woken
 * or deployed for it is put to sleep then. A supervisor in the machine stays with the command, whatever becomes of the
 * connection and of this server.
 */
export const createMachineExecutor = (
  deps: AccessDeps & AcquireDeps & { readonly log: Logger },
): Executor => {
  const { machines, clock, log } = deps;
  const stop = new AbortController();
  const tidying = new Set<Promise<void>>();

  const accessTo = (
    attempt: AttemptRef,
    held: HeldMachine & { kind: 'ready' },
    lostAfterMs: number,
  ): Access => createAccess({ ...deps, lostAfterMs }, attempt, held, stop.signal);

  /** Undefined where the attempt has no machine that runs: nothing of it lives then. */
  const findAccess = async (
    attempt: AttemptRef,
    lostAfterMs = deps.lostAfterMs,
  ): Promise<Access | undefined> => {
    const held = await machines.find(attempt);
    return held?.kind === 'ready' ? accessTo(attempt, held, lostAfterMs) : undefined;
  };
  const runIn = async (access: Access, script: string, timeoutSeconds: number): Promise<number> => {
    const { code, errors } = await access.use((connection, signal) =>
      runScript(connection, script, { signal, timeoutSeconds }),
    );
    if (code !== 0 && code !== notKept) throw new Error(`a script in the machine failed: ${code} ${errors}`);
    return code;
  };

  const launchIn = async (access: Access, launch: Launch, folder: string): Promise<void> => {
    let isRepeated = false;
    await access.use(async (connection) => {
      const script = startScript(launch, folder);
      const isFirst = !isRepeated;
      isRepeated = true;
      // Not cut short: what has begun is followed to its end, or ended.
      const said = await runScript(connection, script, { signal: never, timeoutSeconds: startSeconds });
      if (said.code === 0) return;
      // Its first reply was lost: what stands there is ours.
      if (said.code === startedBefore && !isFirst) return;
      if (said.code === startedBefore)
        throw new Error(`attempt ${launch.attempt} of run ${launch.runId} was started before`);
      throw new Error(`the machine did not start it: ${said.errors || `status ${said.code}`}`);
    });
  };

  const execute = (access: Access, folder: string): Execution => {
    const watch = watchAttempt(access, folder);
    let hasEnded = false;
    const exited = watch.exited.finally(() => (hasEnded = true));
    return {
      ...remoteFiles(access, folder, watch),
      exited,
      signal: async (name) => {
        if (hasEnded) return;
        await runIn(access, signalScript(name, folder), scriptSeconds).catch((error: unknown) => {
          // With the machine all of its processes are gone.
          if (!(error instanceof MachineLost)) throw error;
        });
      },
    };
  };

  const end = async (attempt: AttemptRef): Promise<void> => {
    const folder = folderOf(attempt);
    const access = await findAccess(attempt);
    if (access === undefined) return;
    await runIn(access, endScript(folder), scriptSeconds).catch((error: unknown) => {
      if (!(error instanceof MachineLost)) throw error;
    });
  };

  /** What ran in a machine is ended and deleted before others may have it. */
  const discardOnce = async (attempt: AttemptRef): Promise<void> => {
    const folder = folderOf(attempt);
    const access = await findAccess(attempt, discardPatienceMs);
    if (access !== undefined) {
      await runIn(access, endScript(folder), scriptSeconds);
      await runIn(access, discardScript(folder), discardSeconds);
    }
    await machines.release(attempt);
  };
  const discardUntilDone = async (attempt: AttemptRef): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.sleep(discardRetryMs, stop.signal);
      try {
        return await discardOnce(attempt);
      } catch (error) {
        if (!(error instanceof MachineLost))
          log.warn({ error, ...attempt }, 'a machine is held by an ended run');
      }
    }
  };

  return {
    name: 'machine',
    start: async (launch, waiting = noWaiting) => {
      check(launch);
      const folder = folderOf(launch);
      const held = await acquire(deps, launch, waiting);
      const untilStarted = AbortSignal.any([stop.signal, waiting.signal]);
      try {
        await launchIn(createAccess(deps, launch, held, untilStarted), launch, folder);
      } catch (error) {
        if (!(error instanceof MachineLost)) throw error;
        throw new PlaceUnavailable(`Machine ${held.label}: ${error.message}`, { cause: error });
      }
      const access = accessTo(launch, held, deps.lostAfterMs);
      return { ...execute(access, folder), place: `machine ${held.label}` };
    },
    end,
    leftovers: async (attempt): Promise<Leftovers | undefined> => {
      const folder = folderOf(attempt);
      const access = await findAccess(attempt);
      if (access === undefined) return undefined;
      try {
        if ((await runIn(access, existsScript(folder), scriptSeconds)) === notKept) return undefined;
      } catch (error) {
        if (error instanceof MachineLost) return undefined;
        throw error;
      }
      const size = unwatched(clock);
      return remoteFiles(access, folder, { stdout: size, stderr: size });
    },
    discard: async (attempt) => {
      try {
        await discardOnce(attempt);
      } catch (error) {
        log.info({ error, ...attempt }, 'a machine cannot be tidied up yet');
        const work: Promise<void> = discardUntilDone(attempt).finally(() => tidying.delete(work));
        tidying.add(work);
      }
    },
    listKept: () => machines.list(),
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('the server stops'));
      await Promise.all(tidying);
    },
  };
};
