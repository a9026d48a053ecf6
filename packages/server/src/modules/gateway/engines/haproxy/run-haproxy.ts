import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../../kernel/clock.ts';
import type { Logger } from '../../../../kernel/log.ts';
import { askHaproxy, readStatistics } from './admin-socket.ts';

/** HAProxy does not take a configuration. The message is what it said. */
export class ConfigurationRefused extends Error {
  override readonly name = 'ConfigurationRefused';
}

export interface Configuration {
  readonly text: string;
  /** By their paths below the folder. */
  readonly keyFiles: ReadonlyMap<string, string>;
}

/** One HAProxy of ours: started with the first configuration, started again when it dies, ended with us. */
export interface HaproxyProcess extends AsyncDisposable {
  /**
   * Resolves when new connections are served by it; requests under way end as they began. Rejects with
   * ConfigurationRefused, and then the one before stays. One call at a time.
   */
  load(configuration: Configuration): Promise<void>;
  readonly adminSocket: string;
  /** Of the master process; undefined while there is none. */
  readonly pid: number | undefined;
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((program) => existsSync(program));
/** It ends with us however we end; its workers end with it. */
const endWithUs = ['--no-new-privs', '--pdeathsig', 'TERM', '--'];
/**
 * The last: what its threads free is kept for the next request. Without it only the first half megabyte of each thread
 * is, and sixty requests at once have three of buffers: HAProxy takes a malloc of today for fast enough, which for
 * 12 KiB it is not.
 */
const options = ['-W', '-L', 'local', '-dMglobal'];
const backoffMs = { least: 100, most: 5000, forgottenAfter: 10_000 };
const liveWithinMs = 10_000;
const drainMs = 10_000;

export const adminSocketIn = (folder: string): string => join(folder, 'admin.sock');

/** Lines of the section `global` for a process that is run here. */
export const processLines = (folder: string): string[] => [
  'default-path config',
  `stats socket unix@${adminSocketIn(folder)} mode 600 level admin expose-fd listeners`,
  'stats timeout 10s',
];

/** `folder` exists, is empty, and nobody else may enter it. `accessLog`: a file descriptor for its lines. */
export const runHaproxy = (deps: {
  readonly program: string;
  readonly folder: string;
  readonly accessLog: number | 'ignore';
  readonly clock: Clock;
  readonly log: Logger;
}): HaproxyProcess => {
  const { program, folder, clock, log } = deps;
  const adminSocket = adminSocketIn(folder);
  const file = join(folder, 'haproxy.cfg');
  const stop = new AbortController();
  let child: ChildProcess | undefined;
  let running: Promise<void> | undefined;

  const start = (): Promise<number | string> => {
    const own = [...options, '-S', `unix@${join(folder, 'master.sock')},mode,600`, '-f', file];
    const [command, args] =
      setpriv === undefined ? [program, own] : [setpriv, [...endWithUs, program, ...own]];
    const started = spawn(command, args, { stdio: ['ignore', deps.accessLog, 'pipe'], env: {} });
    child = started;
    started.stderr?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) {
        // Of its own end, and of servers that come and go, it warns as well.
        if (line.startsWith('[ALERT]') && !stop.signal.aborted) log.warn({ line }, 'HAProxy');
        else if (line.startsWith('[WARNING]')) log.debug({ line }, 'HAProxy');
      }
    });
    return new Promise((resolve) => {
      started.once('error', (error) => resolve(error.message));
      started.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
    });
  };
  /** Until it is to end. */
  const keepRunning = async (): Promise<void> => {
    let waitMs: number = backoffMs.least;
    while (!stop.signal.aborted) {
      const startedMs = clock.elapsedMs();
      const ended = await start();
      child = undefined;
      if (stop.signal.aborted) return;
      if (clock.elapsedMs() - startedMs > backoffMs.forgottenAfter) waitMs = backoffMs.least;
      log.error({ ended, waitMs }, 'HAProxy ended; it is started again');
      await clock.sleep(waitMs, stop.signal);
      waitMs = Math.min(waitMs * 2, backoffMs.most);
    }
  };

  const check = (path: string): Promise<void> =>
    new Promise((resolve, reject) => {
      execFile(program, ['-c', '-L', 'local', '-f', path], { env: {}, timeout: 20_000 }, (error, _, said) => {
        if (error === null) resolve();
        else reject(new ConfigurationRefused(said, { cause: error }));
      });
    });
  const describedBy = async (): Promise<string | undefined> => {
    try {
      return /^description: (.*)$/im.exec(await askHaproxy(adminSocket, 'show info'))?.[1];
    } catch {
      return undefined;
    }
  };

  /** Zero also where nobody answers. */
  const requestsUnderWay = async (): Promise<number> =>
    askHaproxy(adminSocket, 'show stat').then(
      (text) =>
        readStatistics(text)
          .filter(({ svname }) => svname === 'BACKEND')
          .reduce((sum, { scur }) => sum + Number(scur), 0),
      () => 0,
    );

  return {
    adminSocket,
    get pid() {
      return child?.pid;
    },
    load: async ({ text, keyFiles }) => {
      await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 });
      for (const [name, pem] of keyFiles) await writeFile(join(folder, name), pem, { mode: 0o600 });
      // How the process that serves says which configuration it has.
      const mark = createHash('sha256').update(text).digest('hex');
      const next = join(folder, 'next.cfg');
      await writeFile(next, `global\n    description ${mark}\n\n${text}`, { mode: 0o600 });
      await check(next);
      await rename(next, file);
      if (running === undefined) running = keepRunning();
      else child?.kill('SIGUSR2');
      const untilMs = clock.elapsedMs() + liveWithinMs;
      while ((await describedBy()) !== mark) {
        if (stop.signal.aborted) return;
        if (clock.elapsedMs() > untilMs)
          throw new Error('HAProxy did not take over its new configuration in time');
        await clock.sleep(20, stop.signal);
      }
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      const last = child;
      // No new connections; and when nothing is under way any more, the end. USR1 would wait for its tables, which
      // nobody takes over, and for clients that keep a connection without asking for anything.
      await askHaproxy(adminSocket, 'shutdown frontend gateway').catch(() => undefined);
      const untilMs = clock.elapsedMs() + drainMs;
      while (clock.elapsedMs() < untilMs && (await requestsUnderWay()) > 0) await clock.sleep(50);
      last?.kill('SIGTERM');
      await running;
    },
  };
};
