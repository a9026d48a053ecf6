import { spawn } from 'node:child_process';
import { SetupError } from './steps.mjs';

const keptBytes = 64 * 1024;
const shownLines = { first: 8, last: 12 };

/**
 * Runs a tool of the set-up without showing its output, and with no standard input.
 * @param {string[]} command the program and its arguments
 * @param {object} options
 * @param {string} options.advice what the person can do if it fails, the last line of the message
 * @param {(pid: number) => void} [options.onStart] told the pid as soon as the process exists
 * @throws {SetupError} with the ends of its output, when it exits with another code than 0
 */
export function runTool(command, { cwd, env, advice, onStart, timeoutSeconds }) {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    // A process group of its own: Ctrl-C reaches it through `endWith` below, once, and never a half of it.
    const child = spawn(program, args, {
      cwd,
      env: { ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    if (child.pid !== undefined) onStart?.(child.pid);
    let output = '';
    let tail = '';
    const keep = (chunk) => {
      if (output.length < keptBytes) output += chunk;
      else tail = (tail + chunk).slice(-keptBytes);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const release = endWith(child);
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => killGroup(child, 'SIGTERM'), timeoutSeconds * 1000);
    const fail = (reason) => {
      const shown = excerpt(output + tail).map((line) => `  ${line}`);
      reject(new SetupError([`${program} ${args.join(' ')}: ${reason}`, ...shown, advice].join('\n')));
    };
    child.once('error', (error) => {
      clearTimeout(timer);
      release();
      fail(error.code === 'ENOENT' ? 'not found' : error.message);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      release();
      if (code === 0) resolve();
      else fail(signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}

/** The cause stands at one end or the other of a tool's output, depending on the tool. */
function excerpt(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const { first, last } = shownLines;
  return lines.length <= first + last ? lines : [...lines.slice(0, first), '...', ...lines.slice(-last)];
}

/** Signals that end us end the child's group first; then we die of the same signal. */
function endWith(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const onSignal = (signal) => {
    killGroup(child, signal);
    const die = () => {
      release();
      process.kill(process.pid, signal);
    };
    if (child.exitCode !== null || child.signalCode !== null) die();
    else child.once('exit', die);
  };
  const release = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return release;
}

function killGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
