import { createSettings, type Environment } from './lib/settings.ts';
import { logLevels } from './lib/log.ts';

export interface Config {
  readonly databaseUrl: string;
  readonly databaseConnections: number;
  readonly host: string;
  readonly port: number;
  readonly jwksUrl: string;
  readonly pool: { readonly url: string; readonly token: string };
  /** Where the provider's notifications arrive: the gateway. */
  readonly publicUrl: string;
  readonly imagesDir: string;
  /** Where a simulated provider's wallet pays; undefined for a real one. */
  readonly walletUrl: string | undefined;
  readonly mercadoPago: {
    readonly url: string;
    readonly accessToken: string;
    readonly webhookSecret: string;
    readonly userId: string;
    readonly posId: string;
  };
  /** Who shows it may read `/metrics` from another host. */
  readonly metricsToken: string | undefined;
  readonly timeZone: string;
  /** How long an order waits for its payment. */
  readonly unpaidMs: number;
  readonly leaseMs: number;
  readonly logLevel: (typeof logLevels)[number];
}

const http = ['http:', 'https:'];

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('pt-BR', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

/** The whole configuration from the environment; throws ConfigError with all that is wrong. */
export const readConfig = (environment: Environment): Config => {
  const settings = createSettings(environment);
  const { required, requiredUrl, integer, text } = settings;
  const timeZone = text('STOREFRONT_TIME_ZONE') ?? 'America/Sao_Paulo';
  if (!isTimeZone(timeZone))
    settings.wrong('STOREFRONT_TIME_ZONE', 'must be a time zone like America/Sao_Paulo');
  const config: Config = {
    databaseUrl: requiredUrl('STOREFRONT_DATABASE_URL', ['postgres:', 'postgresql:']),
    databaseConnections: integer('STOREFRONT_DATABASE_CONNECTIONS', 10, { min: 2, max: 200 }),
    host: text('STOREFRONT_HOST') ?? '127.0.0.1',
    port: integer('STOREFRONT_PORT', 8070, { min: 0, max: 65_535 }),
    jwksUrl: requiredUrl('STOREFRONT_JWKS_URL', http),
    pool: { url: requiredUrl('STOREFRONT_POOL_URL', http), token: required('STOREFRONT_POOL_TOKEN') },
    publicUrl: requiredUrl('STOREFRONT_PUBLIC_URL', http),
    imagesDir: required('STOREFRONT_IMAGES_DIR'),
    walletUrl:
      text('STOREFRONT_WALLET_URL') === undefined ? undefined : requiredUrl('STOREFRONT_WALLET_URL', http),
    mercadoPago: {
      url: requiredUrl('MERCADO_PAGO_URL', http),
      accessToken: required('MERCADO_PAGO_ACCESS_TOKEN'),
      webhookSecret: required('MERCADO_PAGO_WEBHOOK_SECRET'),
      userId: required('MERCADO_PAGO_USER_ID'),
      posId: required('MERCADO_PAGO_POS_ID'),
    },
    metricsToken: text('STOREFRONT_METRICS_TOKEN'),
    timeZone,
    unpaidMs: integer('STOREFRONT_UNPAID_MINUTES', 30, { min: 1, max: 1440 }) * 60_000,
    leaseMs: integer('STOREFRONT_LEASE_SECONDS', 30, { min: 1, max: 600 }) * 1000,
    logLevel: settings.choice('STOREFRONT_LOG_LEVEL', logLevels, 'info'),
  };
  settings.finish();
  return config;
};
