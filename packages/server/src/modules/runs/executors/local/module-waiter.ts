import type { ModuleLaunch } from '../executor.ts';

/** What a waiting process is told. */
export interface ModuleOrder {
  readonly environment: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
}

/**
 * What Node does before the module that it was started for: imports, says so, waits for the order, and goes on as if
 * it had been started with it. Where one of the files that it has read is another one by now it starts Node anew in
 * its own place, as cold as any. Its text goes to another process: it can refer to nothing outside of itself.
 */
const waitForOrder = async (descriptor: number, preload: readonly string[]): Promise<void> => {
  const { closeSync, readFileSync, statSync, writeSync } = process.getBuiltinModule('node:fs');
  const { registerHooks } = process.getBuiltinModule('node:module');
  const { resolve } = process.getBuiltinModule('node:path');
  const { fileURLToPath, pathToFileURL } = process.getBuiltinModule('node:url');
  // The threads that the module starts have the same options.
  if (!process.getBuiltinModule('node:worker_threads').isMainThread) return;

  const stateOf = (file: string): string => {
    const stat = statSync(file, { throwIfNoEntry: false });
    return stat === undefined ? '' : [stat.dev, stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join();
  };
  const states = new Map<string, string>();
  const hooks = registerHooks({
    load: (url, context, next) => {
      const file = url.startsWith('file:') ? fileURLToPath(url) : undefined;
      if (file !== undefined) states.set(file, stateOf(file));
      return next(url, context);
    },
  });
  for (const name of preload) await import(pathToFileURL(resolve(name)).href);
  hooks.deregister();

  // Nothing else is to happen meanwhile, so this blocks. Without a text nobody needs us any more.
  writeSync(descriptor, 'ready');
  const text = readFileSync(descriptor, 'utf8');
  closeSync(descriptor);
  if (text === '') process.exit();
  const order = JSON.parse(text) as ModuleOrder;
  // oxlint-disable-next-line dumont/environment-in-kernel-only -- it is the run's own, in the run's process
  Object.assign(process.env, order.environment);
  process.argv.push(...order.arguments);
  process.execArgv.splice(process.execArgv.indexOf('--import'), 2);
  if ([...states].every(([file, state]) => state === stateOf(file))) return;
  const [, ...words] = process.argv;
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...words]);
};

/** Node with the module, waiting at the descriptor for its order. Starts in the work folder, as every command. */
export const waitingCommand = (
  { options, folder, main, preload }: ModuleLaunch,
  descriptor: number,
): readonly [string, ...string[]] => {
  const program = `await (${waitForOrder.toString()})(${descriptor}, ${JSON.stringify(preload)});`;
  // Not a file: a run sees none of the server's.
  const waiter = `data:text/javascript,${encodeURIComponent(program)}`;
  const node = [process.execPath, ...options, '--import', waiter, main];
  return ['sh', '-c', 'cd "$0" && exec "$@"', folder, ...node];
};
