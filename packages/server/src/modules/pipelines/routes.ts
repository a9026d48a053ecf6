import { previousBusinessDay, todayInSaoPaulo } from '@dumont/contracts/calendar';
import type { ProjectPermission } from '@dumont/contracts/access';
import { z } from 'zod';
import { demand, projectFor, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers, RequestContext } from '../../kernel/http/handlers.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import { testConnection } from './credentials/connection-test.ts';
import type { Credentials } from './credentials/credentials.ts';
import type { Funds } from './funds/funds.ts';
import type { Catalogue } from './manifests/catalogue.ts';
import type { AllowedFolders } from './paths/folders.ts';
import type { Paths } from './paths/paths.ts';
import { listFundRows } from './portfolio/fund-list-store.ts';
import { readPortfolio } from './portfolio/portfolio.ts';
import type { PortfolioCache } from './portfolio/portfolio-cache.ts';
import type { Actor } from './settings-change.ts';
import type { Systems } from './systems/systems.ts';

export type PipelineOperation =
  | 'listPipelines'
  | 'updateSystem'
  | 'reloadPipelines'
  | 'listCredentials'
  | 'putCredential'
  | 'deleteCredential'
  | 'testCredential'
  | 'listPaths'
  | 'putPath'
  | 'browsePaths'
  | 'listFunds'
  | 'putFunds'
  | 'listPortfolioFunds'
  | 'getPortfolio';

const FundCursor = z.strictObject({
  netWorth: z
    .string()
    .regex(/^-?\d{1,40}(\.\d{1,20})?$/)
    .nullable(),
  cnpj: z.string().max(14),
});

/** Who acts on which project; throws where they may not. */
export const actorIn = (
  caller: Caller,
  context: RequestContext,
  permission: ProjectPermission,
  projectId?: string,
): Actor => ({
  actorId: caller.userId,
  address: context.address,
  projectId: projectFor(caller, permission, projectId),
});

export const createHandlers = (deps: {
  db: Database;
  clock: Clock;
  catalogue: Catalogue;
  systems: Systems;
  credentials: Credentials;
  paths: Paths;
  folders: AllowedFolders;
  funds: Funds;
  portfolio: PortfolioCache;
  outbound: Pick<Outbound, 'request'>;
}): Handlers<PipelineOperation> => ({
  listPipelines: async ({ caller, query }) => {
    const systems = await deps.systems.list(projectFor(caller, 'pipelines:read', query.projectId));
    const items = deps.catalogue.pipelines.map(({ manifest }) => ({
      id: manifest.id,
      name: manifest.name,
      description: manifest.description,
      database: manifest.database,
      timeoutSeconds: manifest.timeoutSeconds,
      concurrency: manifest.concurrency,
      maxAttempts: manifest.retry.maxAttempts,
      parameters: Object.entries(manifest.parameters).map(([name, parameter]) => ({ name, ...parameter })),
      systems: systems.filter(({ pipelineId }) => pipelineId === manifest.id),
    }));
    const broken = deps.catalogue.broken.map(({ folder, path, reason }) => ({ folder, path, reason }));
    const previous = previousBusinessDay(todayInSaoPaulo(deps.clock.now()));
    return { items, broken, previousBusinessDay: previous };
  },

  updateSystem: ({ caller, context, params, query, body }) =>
    deps.systems.update(actorIn(caller, context, 'pipelines:write', query.projectId), params.id, body),

  reloadPipelines: async ({ caller }) => {
    demand(caller, 'pipelines:write');
    await deps.catalogue.reload();
    return { loaded: deps.catalogue.pipelines.length, broken: deps.catalogue.broken.length };
  },

  listCredentials: async ({ caller, query }) => {
    const projectId = projectFor(caller, 'credentials:read', query.projectId);
    return { items: [...(await deps.credentials.list(projectId))] };
  },

  putCredential: async ({ caller, context, params, query, body }) => {
    const actor = actorIn(caller, context, 'credentials:write', query.projectId);
    await deps.credentials.save(actor, [{ key: params.key, ...body }]);
    const saved = (await deps.credentials.list(actor.projectId)).find(({ key }) => key === params.key);
    if (saved === undefined) throw new AppError('credential.not_found', { key: params.key });
    return saved;
  },

  deleteCredential: ({ caller, context, params, query }) =>
    deps.credentials.remove(actorIn(caller, context, 'credentials:write', query.projectId), params.key),

  testCredential: async ({ caller, params, query }) => {
    const projectId = projectFor(caller, 'credentials:write', query.projectId);
    const credential = await deps.credentials.open(projectId, params.key);
    if (credential === undefined) throw new AppError('credential.not_found', { key: params.key });
    return testConnection(deps, credential);
  },

  listPaths: async ({ caller, query }) => {
    const items = await deps.paths.list(projectFor(caller, 'pipelines:read', query.projectId));
    return { items: [...items], roots: [...deps.folders.roots] };
  },

  putPath: async ({ caller, context, params, query, body }) => {
    const actor = actorIn(caller, context, 'pipelines:write', query.projectId);
    await deps.paths.save(actor, [{ name: params.name, ...body }]);
    const saved = (await deps.paths.list(actor.projectId)).find(({ name }) => name === params.name);
    if (saved === undefined) throw new AppError('path.unknown', { name: params.name, known: '' });
    return saved;
  },

  browsePaths: async ({ caller, query }) => {
    demand(caller, 'pipelines:write');
    const found = await deps.folders.browse(query.path);
    if (!found.ok) {
      throw new AppError('path.invalid', { name: 'browse', path: query.path ?? '', reason: found.reason });
    }
    return { path: found.path, parent: found.parent, folders: [...found.folders] };
  },

  listFunds: ({ caller, params, query }) =>
    deps.funds.list(projectFor(caller, 'pipelines:read', query.projectId), params.system, query),

  putFunds: async ({ caller, context, params, query, body }) => {
    const actor = actorIn(caller, context, 'pipelines:write', query.projectId);
    const selection = { systemId: params.system, useAll: body.usar_todos, cnpjs: body.fundos_selecionados };
    await deps.funds.select(actor, [selection]);
    return { usar_todos: body.usar_todos, fundos_selecionados: [...new Set(body.fundos_selecionados)] };
  },

  listPortfolioFunds: async ({ caller, query }) => {
    demand(caller, 'portfolio:read');
    const { rows, next } = await listFundRows(deps.db, {
      after: query.cursor === undefined ? undefined : decodeCursor(query.cursor, FundCursor),
      search: query.search?.trim() || undefined,
      limit: query.limit,
    });
    return { items: [...rows], nextCursor: next === undefined ? null : encodeCursor({ ...next }) };
  },

  getPortfolio: ({ caller, query }) => {
    demand(caller, 'portfolio:read');
    const period = { from: query.from, to: query.to };
    if (query.fund === undefined) return deps.portfolio.readAll(period);
    return readPortfolio(deps.db, { fund: query.fund, ...period });
  },
});
