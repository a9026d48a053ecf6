import { spawn } from 'node:child_process';
import type { Host } from '../host.ts';

/** The program that shows an address here; undefined where there is no screen to show it on. */
const browserOf = ({ environment, runtime }: Host): readonly [string, ...string[]] | undefined => {
  const named = environment['BROWSER'];
  if (named) return [named];
  if (runtime.platform === 'darwin') return ['open'];
  // Not by way of cmd.exe, which would take the & of the address for its own.
  if (runtime.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
};

/** Shows an address in the user's browser, if there is one; answers whether one was started. */
export const openBrowser = (host: Host, url: string): Promise<boolean> => {
  const [program, ...before] = browserOf(host) ?? [];
  if (program === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn(program, [...before, url], {
      stdio: 'ignore',
      detached: true,
      env: { ...host.environment },
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
};
