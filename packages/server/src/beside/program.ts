import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ConfigError } from '../kernel/config/settings.ts';
import type { Logger } from '../kernel/log.ts';
import { compileCacheEnvironment } from '../kernel/system/compile-cache.ts';

/** A program that the server starts beside itself. */
export interface Program extends AsyncDisposable {
  /** What it said of itself when it was ready. */
  readonly said: RegExpExecArray;
  readonly ended: Promise<void>;
}

const startMs = 30_000;
/** It gives back what it does not need, as this process does. */
const preload = ['--import', new URL('../kernel/idle-memory-preload.ts', import.meta.url).href];
const keptComplaints = 20;

/**
 * Starts a program of ours on the Node that runs this one, and waits for its word that it is ready: a line on its
 * stdout that `ready` matches. It holds the other end of its stdin, so that it ends with this process, however that
 * ends. Throws `ConfigError` with what it complained of when it does not come up.
 */
export const startProgram = async (options: {
  /** For people: `the simulated cloud`. */
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ready: RegExp;
  readonly log: Logger;
}): Promise<Program> => {
  const { name, ready, log } = options;
  const child = spawn(process.execPath, [...preload, options.file, ...options.args, '--until-stdin-ends'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...compileCacheEnvironment(), ...options.environment },
  });
  // Who ends first is nobody's error.
  child.stdin.on('error', () => undefined);
  const complaints: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaints.push(line);
    if (complaints.length > keptComplaints) complaints.shift();
    log.info({ line }, `${name} says`);
  });
  const { promise: said, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
  const fail = (): void =>
    reject(new ConfigError(`${name} did not start: ${complaints.join(' ') || 'it said nothing'}`));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const found = ready.exec(line);
    if (found !== null) resolve(found);
  });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  child.once('exit', fail);
  child.once('error', fail);
  const late = setTimeout(fail, startMs);
  try {
    return {
      said: await said,
      ended,
      [Symbol.asyncDispose]: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.stdin.end();
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
};
