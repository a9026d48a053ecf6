import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { Launch, ModuleLaunch } from '../executor.ts';
import { folderAt, readLogTail, removeAttempt, type AttemptFolder } from './attempt-folder.ts';
import { baseEnvironment } from './environment.ts';
import { waitingCommand, type ModuleOrder } from './module-waiter.ts';
import type { Place } from './place.ts';
import type { Begun, ProcessStart } from './process-start.ts';
import { startOf } from './processes.ts';
import { handOverDescriptor } from './spawn-plan.ts';

/** They wait with some 50 MB each, so few do, and not for long; see docs/decisions/0005-warm-workers.md. */
const mostWaiting = 2;
const idleMs = 120_000;
/** A run that has just started shall not share the processor with the start of the next one. */
const soonMs = 250;

/**
 * Processes that wait, confined as a cold start would be, for a launch that differs from an earlier one in nothing
 * but its attempt, its files and its arguments. Each is handed one attempt and ends with it.
 */
export interface WarmWorkers extends AsyncDisposable {
  /** One that waited for just such a launch, made the launch's; undefined: it is to be started cold. */
  take(launch: Launch, folder: AttemptFolder): Promise<Begun | undefined>;
  /** Sees to it that one waits for the next such launch. Resolves when it does, or none can. Never rejects. */
  expect(launch: Launch): Promise<void>;
  /** The same, a little later. */
  expectSoon(launch: Launch): void;
}

export interface WarmWorkersOptions {
  readonly place: Place;
  readonly start: ProcessStart;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Logger;
  /** Ends what lives in a folder that nobody follows. */
  readonly endIn: (folder: AttemptFolder) => Promise<void>;
}

interface Waiting {
  readonly begun: Begun;
  readonly launch: Launch;
  /** Aborts when its time of waiting is over. */
  readonly idle: AbortController;
}

/** By all executors of this process, which may share a folder. */
let made = 0;

export const createWarmWorkers = (options: WarmWorkersOptions): WarmWorkers => {
  const { place, start, clock, log } = options;
  const parent = join(place.runsDir, '.warm');
  const waiting = new Map<string, Waiting>();
  const expected = new Map<string, Promise<void>>();
  const endings = new Set<Promise<void>>();
  const stopping = new AbortController();
  /** One after the other, so that they are never more than allowed. */
  let last = removeAbandoned(parent, options.endIn).catch((error: unknown) =>
    log.warn({ error }, 'processes that an earlier server had waiting could not be removed'),
  );

  const remove = (key: string): Waiting | undefined => {
    const found = waiting.get(key);
    waiting.delete(key);
    return found;
  };
  /** Never rejects. */
  const end = ({ begun, launch, idle }: Waiting): Promise<void> => {
    const ending = (async () => {
      idle.abort();
      const { signal, exited } = start.follow(begun, launch, begun.folder);
      await signal('KILL');
      await exited;
      await removeAttempt(begun.folder);
    })().catch((error: unknown) => log.warn({ error }, 'a waiting process could not be removed'));
    endings.add(ending);
    return ending.finally(() => endings.delete(ending));
  };

  const make = async (key: string, module: ModuleLaunch, asked: Launch): Promise<void> => {
    if (stopping.signal.aborted || waiting.has(key)) return;
    const oldest = waiting.size < mostWaiting ? undefined : remove(waiting.keys().next().value ?? '');
    if (oldest !== undefined) await end(oldest);
    made += 1;
    const runId = `${ownerName()}-${made}`;
    const command = waitingCommand(module, handOverDescriptor(place.traits.hasView));
    const launch: Launch = { ...asked, runId, attempt: 0, command, files: [] };
    const begun = await start.begin(launch, folderAt(join(parent, runId)), true);
    const worker: Waiting = { begun, launch, idle: new AbortController() };
    const { exited, ready } = begun.started;
    const over = Promise.race([
      exited,
      clock.sleep(idleMs, AbortSignal.any([stopping.signal, worker.idle.signal])),
    ]).then(() => false);
    if (!(await Promise.race([ready.then(() => true), over]))) {
      if (!stopping.signal.aborted) {
        const said = readLogTail(begun.folder.stderr);
        log.warn({ folder: module.folder, said }, 'a process could not get ready to wait for runs');
      }
      return end(worker);
    }
    waiting.set(key, worker);
    void over.then(() => {
      if (stopping.signal.aborted || waiting.get(key) !== worker) return;
      waiting.delete(key);
      void end(worker);
    });
  };

  const expect = (launch: Launch): Promise<void> => {
    const { module } = launch;
    const key = module === undefined ? undefined : keyOf(launch);
    if (module === undefined || key === undefined || stopping.signal.aborted) return Promise.resolve();
    const under = expected.get(key);
    if (under !== undefined || expected.size >= mostWaiting) return under ?? Promise.resolve();
    const ready = last
      .then(() => make(key, module, launch))
      .catch((error: unknown) => log.warn({ error }, 'no process could be made to wait for runs'))
      .finally(() => expected.delete(key));
    expected.set(key, ready);
    last = ready;
    return ready;
  };

  return {
    take: async (launch, folder) => {
      const { module } = launch;
      const key = module === undefined || isLong(launch) ? undefined : keyOf(launch);
      const worker = key === undefined ? undefined : remove(key);
      if (worker === undefined || module === undefined) return undefined;
      const { begun } = worker;
      try {
        // Refuses what a cold start would, and brings up to date what both see.
        place.viewFor(folder, launch);
        const order = orderFor(launch, module, place.traits.hasView ? begun.folder : folder, place);
        await begun.started.handOver({ folder, files: launch.files, message: JSON.stringify(order) });
        worker.idle.abort();
        return begun;
      } catch (error) {
        log.info({ error, runId: launch.runId }, 'a process that waited for a run could not take it');
        await end(worker);
        return undefined;
      }
    },
    expect,
    expectSoon: (launch) => {
      if (launch.module === undefined) return;
      void clock.sleep(soonMs, stopping.signal).then(() => expect(launch));
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await last;
      await Promise.all([...endings, ...[...waiting.values()].map(end)]);
    },
  };
};

/**
 * Everything that a process has from its start on, as a text; undefined where a folder is not there. A folder that
 * was replaced, or whose mode was changed, is another one: a mount stays with what it was made from.
 */
const keyOf = ({ module, mounts, limits, environment }: Launch): string | undefined => {
  try {
    const shown = mounts.map(({ path, writable }) => {
      const { dev, ino, mode, gid } = statSync(path);
      return [path, realpathSync(path), writable, dev, ino, mode, gid];
    });
    return JSON.stringify([{ ...module, arguments: [] }, shown, limits, environment]);
  } catch {
    return undefined;
  }
};

/** Longer than this only a start knows whether the system takes it: Linux allows no stack less than 128 KiB of it. */
const isLong = ({ command }: Launch): boolean => Buffer.byteLength(command.join('')) > 100_000;

const orderFor = (launch: Launch, module: ModuleLaunch, folder: AttemptFolder, place: Place): ModuleOrder => {
  const { work, output } = folder;
  const tmp = place.traits.hasView ? '/tmp' : folder.tmp;
  return {
    environment: { ...baseEnvironment(launch, { work, output, tmp }), ...launch.environment },
    arguments: module.arguments.map((each) => (typeof each === 'string' ? each : join(work, each.workFile))),
  };
};

/** Tells whose they are after a crash: a number alone may be somebody else's by then. */
const ownerName = (): string => `${process.pid}-${startOf(process.pid) ?? ''}`;

/** Ends and removes what servers that live no more had waiting. */
const removeAbandoned = async (
  parent: string,
  endIn: (folder: AttemptFolder) => Promise<void>,
): Promise<void> => {
  for (const name of namesIn(parent)) {
    const [, pid = '', start = ''] = /^(\d+)-(\d*)-/.exec(name) ?? [];
    if (start !== '' && startOf(Number(pid)) === start) continue;
    const folder = folderAt(join(parent, name));
    await endIn(folder);
    await removeAttempt(folder);
  }
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
