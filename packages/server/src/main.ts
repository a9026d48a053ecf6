import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp } from './app.ts';
import { openDatabase } from './database.ts';
import { systemClock } from './kernel/clock.ts';
import { readConfig } from './kernel/config/config.ts';
import { ConfigError } from './kernel/config/settings.ts';
import { EmbeddedPostgresError } from './kernel/db/embedded/error.ts';
import { MigrationError } from './kernel/db/migrate.ts';
import { releaseMemoryWhenIdle } from './kernel/idle-memory.ts';
import { createLogger } from './kernel/log.ts';
import { startSimulator } from './beside/simulator.ts';
import { startStorefront } from './beside/storefront.ts';

/** EX_CONFIG of sysexits.h: starting again without a change cannot help. */
const configurationExit = 78;
const softwareExit = 70;

const checkout = join(import.meta.dirname, '../../..');

/** Resolves with the reason to stop: a signal, the parent gone, or the database lost. */
const reasonToStop = (lost: Promise<void>): Promise<{ reason: string; exitCode: number }> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => resolve({ reason: signal, exitCode: 0 }));
    }
    void lost.then(() => resolve({ reason: 'the database is lost', exitCode: softwareExit }));
    if (process.env['npm_lifecycle_event'] === undefined) return;
    // A killed npm leaves us without a parent and without a signal.
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve({ reason: 'the parent process has gone', exitCode: 0 });
    }, 500).unref();
  });

const main = async (): Promise<number> => {
  const config = readConfig(process.env, checkout);
  const log = createLogger(config.logLevel);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  await using database = await openDatabase(config, { clock: systemClock, log });
  await using simulator =
    config.simulatorPort === undefined
      ? undefined
      : await startSimulator({
          checkout,
          dataDir: config.dataDir,
          port: config.simulatorPort,
          searchPath: process.env['PATH'] ?? '',
          log,
        });
  const vast = config.vast ?? simulator?.vast;
  await using app = await createApp({ config: { ...config, vast }, log, database, checkout });
  const url = await app.listen();
  await using _storefront =
    config.storefront === undefined || config.storefront === 'off' || app.gatewayUrl === undefined
      ? undefined
      : startStorefront({
          checkout,
          dataDir: config.dataDir,
          host: '127.0.0.1',
          serverUrl: url,
          gatewayUrl: app.gatewayUrl,
          publicUrl: config.gatewayPublicUrl ?? app.gatewayUrl,
          settings: config.storefront,
          prepare: () => app.openStorefront(),
          clock: systemClock,
          log,
        });
  using _ = releaseMemoryWhenIdle();
  // Before it says that it is ready: who reads that may tell it to stop at once.
  const stopped = reasonToStop(database.lost);
  process.stdout.write(`\n  Dumont is ready: ${url}\n`);
  if (app.gatewayUrl !== undefined) process.stdout.write(`  The gateway: ${app.gatewayUrl}\n`);
  if (app.generatedAdminPassword !== undefined) {
    process.stdout.write(
      `  Sign in as ${config.admin.email} with the password ${app.generatedAdminPassword}\n  (kept in ${join(config.dataDir, 'admin-password')})\n`,
    );
  }
  process.stdout.write('\n');
  const { reason, exitCode } = await stopped;
  log.info({ reason }, 'stopping');
  return exitCode;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof MigrationError
  ) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = configurationExit;
  } else {
    throw error;
  }
}
