import { locales, type Locale } from '@dumont/contracts/identity/auth';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { logLevels } from '../log.ts';
import { readCognitoConfig, type CognitoConfig } from './cognito.ts';
import { readCornflowConfig, type CornflowConfig } from './cornflow.ts';
import { readLdapConfig, type LdapConfig } from './ldap.ts';
import { readStorefrontConfig, type StorefrontConfig } from './storefront.ts';
import { readMachinesConfig, type MachinesConfig } from './machines.ts';
import { createSettings, type Environment, type OwnSettings } from './settings.ts';
import { readInstallationId, readVastConfig, type VastConfig } from './vast.ts';

export const serverRoles = ['api', 'worker', 'scheduler', 'gateway'] as const;
/** What takes the requests of the gateway: this process, or HAProxy in front of it. */
export const gatewayEngines = ['builtin', 'haproxy'] as const;
/** Several need a host that divides connections between them, and 20 MB each. */
const usualGatewayThreads = process.platform === 'linux' ? Math.min(2, availableParallelism()) : 1;
export type ServerRole = (typeof serverRoles)[number];

/** Everything that the environment decides, typed. Nobody else reads the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly publicUrl: string | undefined;
  /** Of mails and webhooks to whoever has not chosen one. */
  readonly language: Locale;
  readonly gatewayPort: number;
  /** Where customers reach the gateway; undefined: at its port beside this server. */
  readonly gatewayPublicUrl: string | undefined;
  /** A file whose routes the gateway has besides those of the API. */
  readonly gatewayRoutes: string | undefined;
  /** The ordering service beside the server; undefined: it is not run here, `off`: nowhere in this installation. */
  readonly storefront: StorefrontConfig | 'off' | undefined;
  readonly gatewayEngine: (typeof gatewayEngines)[number];
  /** Of the built-in data plane. */
  readonly gatewayThreads: number;
  readonly trustProxy: boolean;
  readonly corsOrigins: readonly string[];
  /** Per caller; twice as many may come at once. */
  readonly requestsPerSecond: number;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  /** Role and password for runs on an external database; made by us when the role may create roles. */
  readonly fundsDatabaseUrl: string | undefined;
  readonly masterKey: string | undefined;
  readonly roles: readonly ServerRole[];
  readonly logLevel: (typeof logLevels)[number];
  readonly validateResponses: boolean;
  readonly admin: { readonly email: string; readonly password: string | undefined };
  readonly registration: 'open' | 'closed';
  readonly oidc: OidcConfig | undefined;
  readonly ldap: LdapConfig | undefined;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly s3: S3Config | undefined;
  readonly repositories: RepositoriesConfig;
  readonly vast: VastConfig | undefined;
  /** The port of a simulated cloud that is started beside the server; undefined where none is. */
  readonly simulatorPort: number | undefined;
  readonly installationId: string | undefined;
  readonly machines: MachinesConfig;
  readonly outboundAllow: readonly string[];
  readonly acceptUnconfined: readonly string[];
  readonly localRuns: number;
  readonly runFilesQuotaBytes: number;
  readonly runLogQuota: { readonly bytes: number; readonly lines: number };
  readonly runRetentionDays: number;
  readonly pipelineFolders: readonly string[];
  readonly solverFolders: readonly string[];
  readonly cognito: CognitoConfig | undefined;
  readonly cornflow: CornflowConfig;
  readonly pathRoots: readonly string[];
  readonly sources: {
    readonly cvm: string;
    readonly b3: string;
    readonly bcb: string;
    readonly anbima: string | undefined;
    readonly trustee: string | undefined;
  };
}

export interface OidcConfig {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Role in the project `default` for a user who signs in for the first time. */
  readonly role: string;
}

export interface S3Config {
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export interface RepositoriesConfig {
  /** Where snapshots are; the blob store's bucket, or the data folder, unless said. */
  readonly s3: S3Config | undefined;
  /** A key for machines, which then reach the bucket themselves; the operator names it, it is never the server's. */
  readonly machineKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  readonly compression: 'auto' | 'max' | 'off';
  readonly packSizeMebibytes: number;
  readonly connections: number;
}

const mebibyte = 1024 * 1024;

const readS3Config = (own: OwnSettings): S3Config => ({
  endpoint: own.text('ENDPOINT'),
  region: own.text('REGION') ?? 'us-east-1',
  bucket: own.required('BUCKET'),
  prefix: own.text('PREFIX') ?? '',
  accessKeyId: own.required('ACCESS_KEY_ID'),
  secretAccessKey: own.required('SECRET_ACCESS_KEY'),
});

/**
 * Reads the settings. Throws `ConfigError` with every wrong setting in one message: its name, what was found
 * and what is allowed.
 */
export const readConfig = (environment: Environment, checkout: string): Config => {
  const settings = createSettings(environment);
  const dataDir = resolve(checkout, settings.text('DUMONT_DATA_DIR') ?? '.dumont');
  /** A base address, or a folder of this host: runs start elsewhere, so that it must be absolute. */
  const source = (name: string): string | undefined => {
    const value = settings.text(name);
    return value === undefined || /^https?:\/\//.test(value) ? value : resolve(checkout, value);
  };
  const config: Config = {
    host: settings.text('DUMONT_HOST') ?? '127.0.0.1',
    port: settings.integer('DUMONT_PORT', 8767, { min: 0, max: 65_535 }),
    gatewayPort: settings.integer('DUMONT_GATEWAY_PORT', 8000, { min: 0, max: 65_535 }),
    gatewayPublicUrl: settings.url('DUMONT_GATEWAY_PUBLIC_URL'),
    gatewayRoutes: settings.text('DUMONT_GATEWAY_ROUTES'),
    storefront: readStorefrontConfig(settings),
    gatewayEngine: settings.choice('DUMONT_GATEWAY_ENGINE', gatewayEngines, 'builtin'),
    gatewayThreads: settings.integer('DUMONT_GATEWAY_THREADS', usualGatewayThreads, { min: 1, max: 64 }),
    publicUrl: settings.url('DUMONT_PUBLIC_URL'),
    language: settings.choice('DUMONT_LANGUAGE', locales, 'en'),
    trustProxy: settings.flag('DUMONT_TRUST_PROXY', false),
    corsOrigins: settings.list('DUMONT_CORS_ORIGINS'),
    requestsPerSecond: settings.integer('DUMONT_REQUESTS_PER_SECOND', 1000, { min: 1, max: 10_000_000 }),
    dataDir,
    databaseUrl: settings.url('DATABASE_URL', ['postgres:', 'postgresql:']),
    fundsDatabaseUrl: settings.url('DUMONT_FUNDS_DATABASE_URL', ['postgres:', 'postgresql:']),
    masterKey: settings.text('DUMONT_MASTER_KEY'),
    roles: settings.choices('DUMONT_ROLES', serverRoles, serverRoles),
    logLevel: settings.choice('DUMONT_LOG_LEVEL', logLevels, 'info'),
    validateResponses: settings.flag('DUMONT_VALIDATE_RESPONSES', environment['NODE_ENV'] !== 'production'),
    admin: {
      email: (settings.text('DUMONT_ADMIN_EMAIL') ?? 'admin@dumont.local').toLowerCase(),
      password: settings.text('DUMONT_ADMIN_PASSWORD'),
    },
    registration: settings.choice('DUMONT_REGISTRATION', ['open', 'closed'] as const, 'closed'),
    oidc: settings.group('DUMONT_OIDC_', (own) => ({
      name: own.text('NAME') ?? 'Single sign-on',
      issuer: own.required('ISSUER'),
      clientId: own.required('CLIENT_ID'),
      clientSecret: own.required('CLIENT_SECRET'),
      role: own.text('ROLE') ?? 'viewer',
    })),
    ldap: settings.group('DUMONT_LDAP_', readLdapConfig),
    smtpUrl: settings.url('DUMONT_SMTP_URL', ['smtp:', 'smtps:']),
    mailFrom: settings.text('DUMONT_SMTP_FROM') ?? 'Dumont <dumont@localhost>',
    s3: settings.group('DUMONT_S3_', readS3Config),
    repositories: {
      s3: settings.group('DUMONT_REPOSITORIES_S3_', readS3Config),
      machineKey: settings.group('DUMONT_REPOSITORIES_MACHINE_', (own) => ({
        accessKeyId: own.required('ACCESS_KEY_ID'),
        secretAccessKey: own.required('SECRET_ACCESS_KEY'),
      })),
      compression: settings.choice(
        'DUMONT_REPOSITORIES_COMPRESSION',
        ['auto', 'max', 'off'] as const,
        'auto',
      ),
      packSizeMebibytes: settings.integer('DUMONT_REPOSITORIES_PACK_SIZE_MIB', 16, { min: 4, max: 128 }),
      connections: settings.integer('DUMONT_REPOSITORIES_CONNECTIONS', 32, { min: 1, max: 256 }),
    },
    vast: settings.group('VAST_', (own) => readVastConfig(own, settings.url('VAST_URL'))),
    simulatorPort:
      settings.flag('DUMONT_SIMULATOR', false) && settings.text('VAST_API_KEY') === undefined
        ? settings.integer('DUMONT_SIMULATOR_PORT', 8770, { min: 0, max: 65_535 })
        : undefined,
    installationId: settings.group('DUMONT_INSTALLATION_', readInstallationId),
    machines: readMachinesConfig(settings),
    outboundAllow: settings.list('DUMONT_OUTBOUND_ALLOW'),
    acceptUnconfined: settings.list('DUMONT_ACCEPT_UNCONFINED'),
    localRuns: settings.integer('DUMONT_LOCAL_RUNS', availableParallelism() * 8, {
      min: 1,
      max: 1000,
    }),
    runFilesQuotaBytes:
      settings.integer('DUMONT_RUN_FILES_QUOTA_MIB', 51_200, { min: 1, max: 1_073_741_824 }) * mebibyte,
    runLogQuota: {
      bytes: settings.integer('DUMONT_RUN_LOG_QUOTA_MIB', 1024, { min: 1, max: 1_048_576 }) * mebibyte,
      lines: settings.integer('DUMONT_RUN_LOG_QUOTA_LINES', 10_000_000, { min: 1000, max: 1_000_000_000 }),
    },
    runRetentionDays: settings.integer('DUMONT_RUN_RETENTION_DAYS', 365, { min: 1, max: 36_500 }),
    pipelineFolders: [
      resolve(checkout, 'apps/pipelines'),
      ...settings.list('DUMONT_PIPELINES').map((folder) => resolve(checkout, folder)),
    ],
    solverFolders: [
      resolve(checkout, 'apps/solvers'),
      ...settings.list('DUMONT_SOLVERS').map((folder) => resolve(checkout, folder)),
    ],
    cognito: settings.group('DUMONT_COGNITO_', readCognitoConfig),
    cornflow: readCornflowConfig(settings, settings.list('DUMONT_CORS_ORIGINS')),
    pathRoots: settings
      .list('DUMONT_PATH_ROOTS', [resolve(dataDir, 'files')])
      .map((root) => resolve(checkout, root)),
    sources: {
      cvm: source('DUMONT_CVM_SOURCE') ?? 'https://dados.cvm.gov.br/dados',
      b3: source('DUMONT_B3_SOURCE') ?? 'https://bvmf.bmfbovespa.com.br/InstDados/SerHist',
      bcb: source('DUMONT_BCB_SOURCE') ?? 'https://api.bcb.gov.br',
      anbima: source('DUMONT_ANBIMA_SOURCE'),
      trustee: source('DUMONT_TRUSTEE_SOURCE'),
    },
  };
  settings.finish();
  return config;
};
