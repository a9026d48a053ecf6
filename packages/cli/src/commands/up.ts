import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { constants } from 'node:os';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Context, OpenContext } from '../context.ts';
import { CliError, usageError } from '../failure.ts';
import { collectAssignments, wholeNumber } from './arguments.ts';

interface UpOptions {
  readonly host?: string;
  readonly port?: number;
  readonly gatewayPort?: number;
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  readonly publicUrl?: string;
  readonly roles?: string;
  readonly logLevel?: string;
  readonly set?: readonly (readonly [string, string])[];
}

const serverMain = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

/** Flags are settings by another name; the server checks them all at once and names what is wrong. */
const settingsOf = (options: UpOptions, workingFolder: string): Record<string, string> => {
  const settings: Record<string, string> = {};
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) settings[name] = String(value);
  };
  put('DUMONT_HOST', options.host);
  put('DUMONT_PORT', options.port);
  put('DUMONT_GATEWAY_PORT', options.gatewayPort);
  put('DUMONT_DATA_DIR', options.dataDir === undefined ? undefined : resolve(workingFolder, options.dataDir));
  put('DATABASE_URL', options.databaseUrl);
  put('DUMONT_PUBLIC_URL', options.publicUrl);
  put('DUMONT_ROLES', options.roles);
  put('DUMONT_LOG_LEVEL', options.logLevel);
  for (const [name, value] of options.set ?? []) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
      throw usageError(`"${name}" is not the name of a setting. Example: --set DUMONT_LOG_LEVEL=debug`);
    }
    settings[name] = value;
  }
  return settings;
};

/** What Node compiled of the server at its last start: the next takes half the time. */
const compileCache = (): Record<string, string> => {
  const ofThisNode = getCompileCacheDir();
  return ofThisNode === undefined ? {} : { NODE_COMPILE_CACHE: dirname(ofThisNode) };
};

const serve = async ({ host, outcome }: Context, options: UpOptions): Promise<void> => {
  const settings = settingsOf(options, host.workingFolder);
  if (!existsSync(serverMain)) {
    throw new CliError(
      'cli.no_server',
      'The server is not installed beside this CLI; it comes with the checkout.',
    );
  }
  const child = spawn(host.runtime.program, [serverMain], {
    stdio: 'inherit',
    env: { ...compileCache(), ...host.environment, ...settings },
  });
  // Not SIGINT: the terminal has sent that to the server as well, and twice would end it at once.
  const stop = (): void => void child.kill('SIGTERM');
  host.interrupted.addEventListener('abort', stop, { once: true });
  outcome.exitCode = await new Promise<number>((settle, reject) => {
    child.on('error', (cause) =>
      reject(new CliError('cli.up', `The server cannot be started: ${cause.message}`, undefined, cause)),
    );
    child.on('exit', (code, signal) => settle(code ?? 128 + constants.signals[signal ?? 'SIGTERM']));
  });
};

export const registerUp = (program: Command, open: OpenContext): void => {
  program
    .command('up')
    .summary('start the server here, in the foreground')
    .description(
      'Start the server in the foreground; Ctrl-C stops it. Flags are settings: each has an environment variable that does the same.',
    )
    .option('--host <address>', 'listen on this address (DUMONT_HOST, default: 127.0.0.1)')
    .option('--port <number>', 'listen on this port (DUMONT_PORT, default: 8767)', wholeNumber(0, 65_535))
    .option(
      '--gateway-port <number>',
      'the gateway listens on this port (DUMONT_GATEWAY_PORT, default: 8000)',
      wholeNumber(0, 65_535),
    )
    .option(
      '--data-dir <folder>',
      'where everything is kept (DUMONT_DATA_DIR, default: .dumont in the checkout)',
    )
    .option('--database-url <url>', 'a PostgreSQL of your own (DATABASE_URL, default: the embedded one)')
    .option('--public-url <url>', 'the address that others use (DUMONT_PUBLIC_URL)')
    .option('--roles <list>', 'what this process does (DUMONT_ROLES, default: api,worker,scheduler,gateway)')
    .option('--log-level <level>', 'how much it tells (DUMONT_LOG_LEVEL, default: info)')
    .option('--set <name=value>', 'any other setting, again for more', collectAssignments)
    .action(async (options: UpOptions, command: Command) => serve(open(command), options));
};
