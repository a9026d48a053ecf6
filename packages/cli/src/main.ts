import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Host } from './host.ts';

const { env, stdin, stdout, stderr } = process;
// In the user's own cache folder: one that others can write to could hand us their code.
enableCompileCache(join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'dumont', 'compile'));

const interrupt = new AbortController();
/** The terminal and the launcher may both send the same Ctrl-C. */
const sameKeyMs = 250;
let interruptedAt = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const now = performance.now();
    // Asked twice, the user does not want to wait for a clean end.
    if (interrupt.signal.aborted && now - interruptedAt > sameKeyMs) process.exit(130);
    interruptedAt = now;
    interrupt.abort();
  });
}
// The reader of a pipe went away (`dumont run list | head`): there is nobody left to tell.
for (const screen of [stdout, stderr]) {
  screen.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

const host: Host = {
  environment: env,
  homeFolder: homedir(),
  workingFolder: process.cwd(),
  stdin,
  stdout,
  stderr,
  clock: {
    now: () => new Date(),
    sleep: async (ms, signal) => {
      await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    },
  },
  interrupted: interrupt.signal,
  runtime: {
    program: process.execPath,
    version: process.version,
    platform: process.platform,
    arch: process.arch,
  },
};

const { runCli } = await import('./program.ts');
process.exitCode = await runCli(process.argv.slice(2), host);
