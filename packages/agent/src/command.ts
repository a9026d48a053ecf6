import { execFile } from 'node:child_process';

/** Where images keep programs and NVIDIA's container runtime puts its own. */
const path =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/nvidia/bin:/usr/local/cuda/bin';

export interface Ended {
  readonly out: string;
  readonly isOk: boolean;
}

/** Runs a program that is given nothing of ours: no token, no environment but this. */
export const runCommand = (
  [program = '', ...args]: readonly string[],
  options: { readonly timeoutMs: number; readonly environment?: Readonly<Record<string, string>> },
): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        timeout: options.timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 4 * 1024 * 1024,
        env: { PATH: path, HOME: '/root', LC_ALL: 'C', ...options.environment },
      },
      (error, out) => resolve({ out, isOk: error === null }),
    );
  });
