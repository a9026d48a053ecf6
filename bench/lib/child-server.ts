import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A server as a process of its own: it says its port when it listens. */
export const startChildServer = async (
  file: URL,
  args: readonly string[] = [],
): Promise<AsyncDisposable & { readonly url: string; readonly pid: number }> => {
  const child = spawn(process.execPath, [fileURLToPath(file), ...args], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    url: `http://127.0.0.1:${port.toString().trim()}`,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
    },
  };
};
