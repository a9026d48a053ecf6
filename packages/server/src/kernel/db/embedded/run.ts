import { spawn } from 'node:child_process';

/** A program with its arguments; `uid` and `gid` are changed to before it starts. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The whole environment of what we start: nothing of the server's own leaks into it. */
export function cleanEnvironment(): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}

/** Runs a short command to its end. Rejects only when it cannot be started at all. */
export function run(command: Command, input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const { file, args, ...identity } = command;
    const child = spawn(file, args, { ...identity, cwd: '/', env: cleanEnvironment(), stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    // A command that ends without reading its input is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}
