import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { LaunchRefused } from '../executor.ts';
import type { SpawnerMessage, SpawnRequest, Start } from './spawner-protocol.ts';
import { findTool } from './tools.ts';

/** A process that was started for us. */
export interface Started {
  readonly pid: number;
  /** How it ended; as if by KILL when the spawner went away, which takes along all that it started. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

export interface Spawner extends AsyncDisposable {
  /**
   * Rejects where the folder exists already, with `LaunchRefused` for a command that the system does not take;
   * a folder that it made is gone then.
   */
  start(start: Start): Promise<Started>;
}

type Ending = Awaited<Started['exited']>;

interface Pending {
  readonly started: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<Ending>;
}

const program = join(import.meta.dirname, 'spawner-process.ts');

/** Starts the small process that starts runs; another one when it was ended from outside. */
export const createSpawner = (): Spawner => {
  let process = startProcess();
  let lastId = 0;
  return {
    start: async (start) => {
      if (!process.isAlive) process = startProcess();
      lastId += 1;
      return process.start({ id: lastId, ...start });
    },
    [Symbol.asyncDispose]: () => process.stop(),
  };
};

const startProcess = () => {
  const pending = new Map<number, Pending>();
  const child = launch();
  let isAlive = true;

  const end = (cause: Error): void => {
    isAlive = false;
    for (const { started, exited } of pending.values()) {
      started.reject(cause);
      exited.resolve({ code: null, signal: 'SIGKILL' });
    }
    pending.clear();
  };
  child.on('error', end);
  child.once('exit', (code, signal) =>
    end(new Error(`The process that starts runs ended by itself (${String(signal ?? code)})`)),
  );
  child.on('message', (message: SpawnerMessage) => {
    const asked = pending.get(message.id);
    switch (message.kind) {
      case 'started':
        asked?.started.resolve(message.pid);
        break;
      case 'failed':
        asked?.started.reject(
          message.isRefused ? new LaunchRefused(message.message) : new Error(message.message),
        );
        pending.delete(message.id);
        break;
      case 'exited':
        asked?.exited.resolve({ code: message.code, signal: message.signal });
        pending.delete(message.id);
    }
  });

  return {
    get isAlive() {
      return isAlive;
    },
    start: async (request: SpawnRequest): Promise<Started> => {
      const asked: Pending = { started: Promise.withResolvers(), exited: Promise.withResolvers() };
      pending.set(request.id, asked);
      child.send(request, (error) => {
        if (error !== null) asked.started.reject(error);
      });
      return { pid: await asked.started.promise, exited: asked.exited.promise };
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
  return spawn(command, args, { env: {}, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
};
