import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectPermissions } from '@dumont/contracts/access';
import { routes, type OperationId } from '@dumont/contracts/routes';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import type { z } from 'zod';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/http/handlers.ts';
import { createLogger } from '../../kernel/log.ts';
import { createOutbound } from '../../kernel/outbound/outbound.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import { createVault } from '../../kernel/vault/vault.ts';
import { createVaultStore } from '../../kernel/vault/vault-store.ts';
import type { AuditEntry } from '../identity/index.ts';
import { createPipelines, openFundsRole, type Pipelines } from './index.ts';

type Operation = keyof Pipelines['handlers'] & OperationId;
type Input<K extends Operation> = Partial<RouteInput<(typeof routes)[K]>>;

/** The module on a real database, a real run engine and folders of its own. */
export interface PipelinesBed extends AsyncDisposable {
  readonly pipelines: Pipelines;
  readonly runs: RunsBed;
  readonly projectId: string;
  /** May do everything in the project, and nothing over the installation. */
  readonly caller: Caller;
  /** Holds `pipelines/`, `data/` and `files/`, the only allowed root. */
  readonly folder: string;
  readonly fundsUrl: string;
  readonly logged: readonly string[];
  readonly audited: readonly AuditEntry[];
  /** Calls an operation as the HTTP edge does: the contract checks what goes in and what comes out. */
  call<K extends Operation>(
    operation: K,
    input?: Input<K>,
    as?: { caller?: Caller; idempotencyKey?: string },
  ): Promise<RouteResponse<(typeof routes)[K]>>;
  /** A caller with other permissions in the same project. */
  callerWith(permissions: readonly string[]): Caller;
}

export const localized = (text: string) => ({ en: text, 'pt-BR': text });

/** A manifest that holds, to be changed by a test. */
export const sampleManifest = (change: Readonly<Record<string, unknown>> = {}) => ({
  id: 'sample',
  name: localized('Sample'),
  description: localized('For tests'),
  command: ['node', 'main.mjs'],
  timeoutSeconds: 60,
  parameters: {
    data_inicial: { type: 'date', default: 'D-1' },
    data_final: { type: 'date', default: 'D-1' },
  },
  systems: [sampleSystem('alpha'), sampleSystem('beta')],
  ...change,
});

export const sampleSystem = (id: string, change: Readonly<Record<string, unknown>> = {}) => ({
  id,
  label: id.toUpperCase(),
  name: localized(id),
  description: localized(`The system ${id}`),
  icon: 'download',
  order: 1,
  options: [
    { name: 'pdf', type: 'boolean', default: true, description: localized('PDF') },
    { name: 'depth', type: 'choice', choices: ['0', '1'], default: '0', description: localized('Depth') },
  ],
  ...change,
});

/** Prints what it was given and ends. */
export const echoProgram = `
import { readFileSync } from 'node:fs';
const args = process.argv.slice(2);
const config = JSON.parse(readFileSync(args[args.indexOf('--config') + 1], 'utf8'));
console.log('[INFO] [ALPHA] args ' + JSON.stringify(args.filter((_, at) => args[at - 1] !== '--config')));
console.log('[INFO] [ALPHA] cwd ' + process.cwd());
console.log('[INFO] [ALPHA] config ' + JSON.stringify(config));
`;

/** Runs until it is told otherwise. */
export const endlessProgram = `
console.log('[INFO] [ALPHA] started');
setInterval(() => undefined, 1000);
`;

export const writeFiles = async (folder: string, files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
};

export interface BedOptions {
  readonly manifest?: unknown;
  readonly program?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly outboundAllow?: readonly string[];
  readonly worker?: boolean;
  readonly sources?: Readonly<Record<string, string>>;
  readonly pipelineFolders?: readonly string[];
}

const checkout = join(import.meta.dirname, '../../../../..');

export const createPipelinesBed = async (options: BedOptions = {}): Promise<PipelinesBed> => {
  await using building = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dumont-pipelines-'));
  building.defer(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, {
    'pipelines/sample/manifest.json': JSON.stringify(options.manifest ?? sampleManifest()),
    'pipelines/sample/main.mjs': options.program ?? echoProgram,
    ...options.files,
  });
  const runs = building.use(await createRunsBed({ worker: false }));
  const clock = options.clock ?? systemClock;
  const random = createSystemRandom(systemClock);
  const logged: string[] = [];
  const audited: AuditEntry[] = [];
  const log = createLogger('info', { write: (line) => void logged.push(line) });
  const { db } = runs.database;
  const vault = await createVault(Buffer.alloc(32, 7), createVaultStore(db));
  // Roles belong to the whole PostgreSQL, which test files share.
  const role = `funds_${random.id().slice(-12)}`;
  const fundsUrl = await openFundsRole({
    db,
    vault,
    random,
    role,
    database: { url: runs.database.url, runSocketDir: () => runs.database.runSocketDir },
  });
  const pipelines = await createPipelines({
    db,
    clock,
    log,
    vault,
    events: runs.events,
    outbound: createOutbound({ allow: options.outboundAllow ?? [], clock: systemClock, log }),
    runs: runs.runs.api,
    audit: async (entry) => void audited.push(entry),
    config: {
      pipelineFolders: [join(folder, 'pipelines'), ...(options.pipelineFolders ?? [])],
      pathRoots: [join(folder, 'files')],
      sources: {
        cvm: 'http://cvm.invalid',
        b3: 'http://b3.invalid',
        bcb: 'http://bcb.invalid',
        anbima: undefined,
        trustee: undefined,
        ...options.sources,
      },
      dataDir: join(folder, 'data'),
    },
    fundsDatabaseUrl: fundsUrl,
    databaseMount: runs.database.runSocketDir,
    runtimeFolders: [join(checkout, 'node_modules'), join(checkout, 'packages/contracts')],
    defaultProjectId: runs.projectId,
  });
  if (options.worker !== false) runs.runs.startWorker();

  const callerWith = (permissions: readonly string[]): Caller => ({
    ...runs.caller,
    projects: new Map([[runs.projectId, new Set(permissions)]]),
  });
  const caller = callerWith(projectPermissions);
  const moved = building.move();
  return {
    pipelines,
    runs,
    projectId: runs.projectId,
    caller,
    folder,
    fundsUrl,
    logged,
    audited,
    callerWith,
    call: async (operation, input = {}, as = {}) => {
      const route = routes[operation] as {
        params?: z.ZodType;
        query?: z.ZodType;
        body?: z.ZodType;
        response?: z.ZodType;
      };
      const context: RequestContext = {
        requestId: 'test',
        address: '192.0.2.1',
        userAgent: undefined,
        log,
        signal: AbortSignal.timeout(60_000),
        idempotencyKey: as.idempotencyKey,
        bearer: undefined,
        cookies: {},
        secure: false,
        origin: 'http://localhost',
      };
      const handler = pipelines.handlers[operation] as (request: unknown) => Promise<unknown>;
      const answer = await handler({
        params: route.params?.parse(input.params ?? {}),
        query: route.query?.parse(input.query ?? {}),
        body: route.body?.parse(input.body),
        caller: as.caller ?? caller,
        context,
      });
      return (route.response === undefined ? answer : route.response.parse(answer)) as never;
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
};
