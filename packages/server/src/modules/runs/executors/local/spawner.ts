import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { compileCacheEnvironment } from '../../../../kernel/system/compile-cache.ts';
import { LaunchRefused } from '../executor.ts';
import type { HandOver, SpawnerMessage, SpawnerRequest, Start } from './spawner-protocol.ts';
import { findTool } from './tools.ts';

/** A process that was started for us. */
export interface Started {
  readonly pid: number;
  /** How it ended; as if by KILL when the spawner went away, which takes along all that it started. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** For one that waits: it does. Stays open where it ends before. */
  readonly ready: Promise<void>;
  /** For one that is ready. Rejects where it has ended, or the attempt's folder exists; its own folder stays then. */
  handOver(to: HandOver): Promise<void>;
}

export interface Spawner extends AsyncDisposable {
  /**
   * Rejects where the folder exists already, with `LaunchRefused` for a command that the system does not take;
   * a folder that it made is gone then.
   */
  start(start: Start): Promise<Started>;
}

type Ending = Awaited<Started['exited']>;

const program = join(import.meta.dirname, 'spawner-process.ts');

/** Starts the small process that starts runs; another one when it was ended from outside. */
export const createSpawner = (): Spawner => {
  let process = startProcess();
  return {
    start: async (start) => {
      if (!process.isAlive) process = startProcess();
      return process.start(start);
    },
    [Symbol.asyncDispose]: () => process.stop(),
  };
};

const startProcess = () => {
  const answers = new Map<number, PromiseWithResolvers<number>>();
  const endings = new Map<number, PromiseWithResolvers<Ending>>();
  const waits = new Map<number, PromiseWithResolvers<void>>();
  const child = launch();
  let isAlive = true;
  let lastId = 0;

  const end = (cause: Error): void => {
    isAlive = false;
    for (const answer of answers.values()) answer.reject(cause);
    for (const ending of endings.values()) ending.resolve({ code: null, signal: 'SIGKILL' });
    answers.clear();
    endings.clear();
    waits.clear();
  };
  child.on('error', end);
  child.once('exit', (code, signal) =>
    end(new Error(`The process that starts runs ended by itself (${String(signal ?? code)})`)),
  );
  child.on('message', (message: SpawnerMessage) => {
    const { kind, id } = message;
    const answer = answers.get(id);
    switch (kind) {
      case 'started':
        answer?.resolve(message.pid);
        answers.delete(id);
        break;
      case 'failed':
        answer?.reject(message.isRefused ? new LaunchRefused(message.message) : new Error(message.message));
        answers.delete(id);
        endings.delete(id);
        waits.delete(id);
        break;
      case 'ready':
        waits.get(id)?.resolve();
        break;
      case 'exited':
        waits.delete(id);
        endings.get(id)?.resolve({ code: message.code, signal: message.signal });
        endings.delete(id);
    }
  });

  const ask = async (request: SpawnerRequest): Promise<number> => {
    if (!isAlive) throw new Error('The process that starts runs has ended');
    const answer = Promise.withResolvers<number>();
    answers.set(request.id, answer);
    child.send(request, (error) => {
      if (error !== null) answer.reject(error);
    });
    return answer.promise;
  };

  return {
    get isAlive() {
      return isAlive;
    },
    start: async (start: Start): Promise<Started> => {
      const id = ++lastId;
      const ending = Promise.withResolvers<Ending>();
      endings.set(id, ending);
      const ready = Promise.withResolvers<void>();
      if (start.waits) waits.set(id, ready);
      return {
        pid: await ask({ kind: 'start', id, ...start }),
        exited: ending.promise,
        ready: ready.promise,
        handOver: async (to) => void (await ask({ kind: 'hand-over', id: ++lastId, startId: id, ...to })),
      };
    },
    stop: async (): Promise<void> => {
      if (!isAlive) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
};

/** With the parent's death signal where there is one: it ends what a server killed by KILL leaves, even if it hangs. */
const launch = (): ChildProcess => {
  // The signal comes when the *thread* that spawned it ends.
  if (!isMainThread) throw new Error('Runs are started from the main thread only');
  const setpriv = findTool('setpriv');
  const argv = [
    ...(setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL']),
    process.execPath,
    program,
  ] as const;
  const [command, ...args] = argv;
  return spawn(command, args, {
    env: compileCacheEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
};
