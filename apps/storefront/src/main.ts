import { createMercadoPago } from './adapters/mercado-pago/mercado-pago.ts';
import { MigrationError } from './adapters/postgres/migrate.ts';
import { readConfig } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { createLogger } from './lib/log.ts';
import { createSystemRandom } from './lib/random.ts';
import { ConfigError } from './lib/settings.ts';
import { startStorefront } from './storefront.ts';

/** EX_CONFIG of sysexits.h: starting again without a change cannot help. */
const configurationExit = 78;

/** Resolves with the reason to stop: a signal, or the parent gone. */
const reasonToStop = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
    // Whoever started it holds the other end, and is gone when that closes.
    if (process.argv.includes('--until-stdin-ends'))
      process.stdin.resume().once('close', () => resolve('whoever started it has gone'));
    if (process.env['npm_lifecycle_event'] === undefined) return;
    // A killed npm leaves us without a parent and without a signal.
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve('the parent process has gone');
    }, 500).unref();
  });

const main = async (): Promise<void> => {
  const config = readConfig(process.env);
  const log = createLogger(config.logLevel);
  const clock = systemClock;
  await using storefront = await startStorefront({
    config,
    provider: createMercadoPago({ ...config.mercadoPago, clock, log }),
    clock,
    random: createSystemRandom(clock),
    log,
    ownsProcess: true,
  });
  log.info({ url: storefront.url, webhook: `${config.publicUrl}/pagamentos/webhook` }, 'taking requests');
  // Before it says that it is ready: who reads that may tell it to stop at once.
  const stopped = reasonToStop();
  process.stdout.write(`The ordering service is ready: ${storefront.url}\n`);
  log.info({ reason: await stopped }, 'stopping');
};

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof MigrationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = configurationExit;
}
