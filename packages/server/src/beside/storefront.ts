import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { startPayments, type PaymentSettings } from './payments.ts';
import { startProgram, type Program } from './program.ts';

/** What the server prepares for the ordering service. */
export interface StorefrontPlace {
  /** As a role of its own, which owns its schema. */
  readonly databaseUrl: string;
  readonly poolToken: string;
  /** Makes the gateway lead there. */
  readonly publish: (at: { readonly service: string; readonly server: string }) => Promise<void>;
}

export interface StorefrontSettings {
  readonly port: number;
  /** Of the real provider; undefined: a simulated one is started at `paymentsPort`. */
  readonly mercadoPago: PaymentSettings | undefined;
  readonly paymentsPort: number;
}

const firstPauseMs = 1000;
const longestPauseMs = 30_000;

/**
 * The ordering service, as a program of its own beside the server, with a simulated payment provider unless a real
 * one is configured. Started again when it ends; that it cannot start is the log's matter, not the server's.
 */
export const startStorefront = (deps: {
  readonly checkout: string;
  readonly dataDir: string;
  readonly host: string;
  readonly serverUrl: string;
  readonly gatewayUrl: string;
  /** Where customers and the payment provider reach the gateway. */
  readonly publicUrl: string;
  readonly settings: StorefrontSettings;
  readonly prepare: () => Promise<StorefrontPlace>;
  readonly clock: Clock;
  readonly log: Logger;
}): AsyncDisposable => {
  const { settings, clock, log } = deps;
  const stop = new AbortController();
  let running: Program | undefined;
  let payments: Awaited<ReturnType<typeof startPayments>> | undefined;

  const openPayments = async (): Promise<PaymentSettings> => {
    if (settings.mercadoPago !== undefined) return settings.mercadoPago;
    payments ??= await startPayments({
      ...deps,
      port: settings.paymentsPort,
      webhookUrl: `${deps.gatewayUrl}/pagamentos/webhook`,
    });
    return payments.settings;
  };
  const start = async (): Promise<Program> => {
    const { databaseUrl, poolToken, publish } = await deps.prepare();
    const program = await startProgram({
      name: 'The ordering service',
      file: join(deps.checkout, 'apps/storefront/src/main.ts'),
      args: [],
      environment: {
        STOREFRONT_DATABASE_URL: databaseUrl,
        STOREFRONT_HOST: deps.host,
        STOREFRONT_PORT: String(settings.port),
        STOREFRONT_JWKS_URL: `${deps.gatewayUrl}/.well-known/jwks.json`,
        STOREFRONT_POOL_URL: deps.serverUrl,
        STOREFRONT_POOL_TOKEN: poolToken,
        STOREFRONT_PUBLIC_URL: deps.publicUrl,
        STOREFRONT_IMAGES_DIR: join(deps.dataDir, 'storefront/images'),
        STOREFRONT_LOG_LEVEL: 'warn',
        ...(await openPayments()),
      },
      ready: /is ready: (http:\S+)/,
      log,
    });
    await publish({ service: program.said[1] ?? '', server: deps.serverUrl });
    return program;
  };

  const supervise = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!stop.signal.aborted) {
      const startedMs = clock.elapsedMs();
      try {
        running = await start();
        if (stop.signal.aborted) break;
        await running.ended;
        if (!stop.signal.aborted) log.error({}, 'the ordering service ended by itself; starting it again');
      } catch (error) {
        log.error({ error }, 'the ordering service could not be started; trying again');
      }
      pauseMs =
        clock.elapsedMs() - startedMs > longestPauseMs ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
      await clock.sleep(pauseMs, stop.signal);
    }
    await running?.[Symbol.asyncDispose]();
    await payments?.program[Symbol.asyncDispose]();
  };
  const supervising = supervise();

  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running?.[Symbol.asyncDispose]();
      await supervising;
    },
  };
};
