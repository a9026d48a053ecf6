import type { Clock } from '../../kernel/clock.ts';
import type { Config } from '../../kernel/config/config.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import type { Audit } from '../identity/index.ts';
import type { RunsApi } from '../runs/index.ts';
import { createCompatibleHandlers, type CompatibleOperation } from './compatible/handlers.ts';
import { createCompatibleSocket, type CompatibleSocket } from './compatible/socket.ts';
import { createCredentials } from './credentials/credentials.ts';
import { planRun } from './execution/plan-run.ts';
import { prepareRun } from './execution/prepare-run.ts';
import { createFunds } from './funds/funds.ts';
import { importOnce } from './import-once.ts';
import { createCatalogue } from './manifests/catalogue.ts';
import { openAllowedFolders } from './paths/folders.ts';
import { createPaths } from './paths/paths.ts';
import { createPortfolioCache } from './portfolio/portfolio-cache.ts';
import { createHandlers, type PipelineOperation } from './routes.ts';
import { createChangeSettings } from './settings-change.ts';
import { createSystems } from './systems/systems.ts';

export type { CompatibleSocket } from './compatible/socket.ts';
export { openFundsRole } from './funds/funds-role.ts';

export interface PipelinesDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly vault: Vault;
  readonly events: Events;
  readonly outbound: Outbound;
  readonly runs: RunsApi;
  readonly audit: Audit;
  readonly config: Pick<Config, 'pipelineFolders' | 'pathRoots' | 'sources' | 'dataDir'>;
  /** As the role that reaches schema `funds` only, and as a run sees the address. */
  readonly fundsDatabaseUrl: string;
  /** The folder of the database's socket, for runs that use the database; undefined where they reach it by TCP. */
  readonly databaseMount: string | undefined;
  /** Folders besides its own that a pipeline's program imports from: `node_modules`, `packages/contracts`. */
  readonly runtimeFolders: readonly string[];
  /** The project that settings of an earlier installation are imported into. */
  readonly defaultProjectId: string;
}

export interface Pipelines {
  readonly handlers: Handlers<PipelineOperation | CompatibleOperation>;
  readonly compatibleSocket: CompatibleSocket;
}

/** Reads the manifests, registers the run kind `pipeline`, and imports settings of an earlier installation once. */
export const createPipelines = async (deps: PipelinesDeps): Promise<Pipelines> => {
  const { db, clock, vault, runs, config } = deps;
  const catalogue = await createCatalogue(config.pipelineFolders);
  for (const { path, reason } of catalogue.broken)
    deps.log.error({ path, reason }, 'a pipeline cannot be used');
  const folders = await openAllowedFolders(config.pathRoots);
  const changeSettings = createChangeSettings(deps);
  const credentials = createCredentials({ db, clock, vault, catalogue, changeSettings });
  const paths = createPaths({ db, clock, catalogue, folders, changeSettings });
  const funds = createFunds({ db, clock, catalogue, changeSettings });
  const systems = createSystems({ db, clock, catalogue, runs, credentials, paths, changeSettings });
  const { dataDir, sources } = config;

  await importOnce({ ...deps, dataDir, catalogue, credentials, projectId: deps.defaultProjectId });
  runs.registerKind({
    kind: 'pipeline',
    plan: (request) => planRun({ db, clock, catalogue, credentials, paths }, request),
    prepare: (run) => prepareRun({ ...deps, catalogue, credentials, paths, dataDir, sources }, run),
  });
  deps.events.registerTopic('systems', {
    permission: 'pipelines:read',
    load: (ids) => Promise.resolve(new Map(ids.map((id) => [id, { type: 'system', payload: { id } }]))),
  });

  const portfolio = createPortfolioCache(db);
  // Whoever looks at the portfolio in the morning finds it added up.
  deps.events.subscribe((batch) => {
    const hasLoaded = batch.some(
      ({ name, subject }) =>
        name === 'run.succeeded' && catalogue.findPipeline(subject)?.manifest.database === 'funds',
    );
    if (!hasLoaded) return;
    portfolio.readAll({ from: undefined, to: undefined }).catch((error: unknown) => {
      deps.log.debug({ error }, 'the portfolio could not be added up ahead of time');
    });
  });
  return {
    handlers: {
      ...createHandlers({ ...deps, catalogue, systems, credentials, paths, folders, funds, portfolio }),
      ...createCompatibleHandlers({ catalogue, systems, credentials, paths, funds, runs }),
    },
    compatibleSocket: createCompatibleSocket(deps),
  };
};
