import { basename } from 'node:path';
import { z } from 'zod';
import type * as appRoutes from '@dumont/contracts/optimization/apps';
import type * as caseRoutes from '@dumont/contracts/optimization/cases';
import type * as executionRoutes from '@dumont/contracts/optimization/executions';
import type * as instanceRoutes from '@dumont/contracts/optimization/instances';
import { scopeOf } from '../../kernel/access/caller.ts';
import type { Packed } from '../../kernel/packed/packed.ts';
import { decodeCursor, encodeCursor } from '../../kernel/db/cursor.ts';
import { AppError } from '../../kernel/errors.ts';
import { Reply, type Handlers } from '../../kernel/http/handlers.ts';
import type { Catalogue } from './apps/catalogue.ts';
import { schemaNames } from './apps/read-apps.ts';
import type { CaseStore } from './cases/case-store.ts';
import type { Cases } from './cases/cases.ts';
import type { ExecutionStore } from './executions/execution-store.ts';
import type { Executions } from './executions/executions.ts';
import type { InstanceStore } from './instances/instance-store.ts';
import type { Instances } from './instances/instances.ts';
import { appToWire, caseToWire, executionToWire, instanceToWire } from './wire.ts';

type RouteNames<M> = {
  [K in keyof M]: M[K] extends { method: string; access: object } ? K : never;
}[keyof M];
export type OptimizationOperation =
  | RouteNames<typeof appRoutes>
  | RouteNames<typeof instanceRoutes>
  | RouteNames<typeof executionRoutes>
  | RouteNames<typeof caseRoutes>;

export interface HandlerDeps {
  readonly catalogue: Catalogue;
  readonly instances: Instances;
  readonly executions: Executions;
  readonly cases: Cases;
  readonly stores: {
    readonly instances: InstanceStore;
    readonly executions: ExecutionStore;
    readonly cases: CaseStore;
  };
  readonly namesOf: (userIds: readonly string[]) => Promise<Map<string, string>>;
}

const TimeCursor = z.strictObject({ t: z.iso.datetime(), id: z.uuid() });

const beforeOf = (cursor: string | undefined) => {
  if (cursor === undefined) return undefined;
  const { t, id } = decodeCursor(cursor, TimeCursor);
  return { createdAt: new Date(t), id };
};

interface Listed {
  readonly id: string;
  readonly owner_id: string;
  readonly created_at: Date;
}

const json = (document: string | Packed | null): Reply<never> =>
  new Reply({ packed: Buffer.isBuffer(document) ? document : Buffer.from(document ?? 'null') });

export const createHandlers = (deps: HandlerDeps): Handlers<OptimizationOperation> => {
  const { catalogue, instances, executions, cases, stores } = deps;

  const named = async <Row extends Listed, Wire>(
    rows: readonly Row[],
    toWire: (row: Row, names: Map<string, string>) => Wire,
  ): Promise<Wire[]> => {
    const names = await deps.namesOf(rows.map(({ owner_id }) => owner_id));
    return rows.map((row) => toWire(row, names));
  };
  const one = async <Row extends Listed, Wire>(
    row: Row,
    toWire: (row: Row, names: Map<string, string>) => Wire,
  ): Promise<Wire> => {
    const [wire] = await named([row], toWire);
    if (wire === undefined) throw new Error('a row was lost');
    return wire;
  };
  const page = async <Row extends Listed, Wire>(
    rows: readonly Row[],
    limit: number,
    toWire: (row: Row, names: Map<string, string>) => Wire,
  ): Promise<{ items: Wire[]; nextCursor: string | null }> => {
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return {
      items: await named(shown, toWire),
      nextCursor:
        rows.length > limit && last !== undefined
          ? encodeCursor({ t: last.created_at.toISOString(), id: last.id })
          : null,
    };
  };

  return {
    listApps: async () => ({
      items: (await catalogue.list()).map(appToWire),
      broken: catalogue.broken.map(({ folder, reason }) => ({ folder: basename(folder), reason })),
    }),
    getAppSchemas: async ({ params }) => {
      const { schemaTexts, folderApp } = await catalogue.get(params.id);
      const schemas = Object.fromEntries(schemaNames.map((name) => [name, JSON.parse(schemaTexts[name])]));
      return { ...schemas, words: folderApp?.words ?? {} } as never;
    },
    getAppExample: async ({ params }) =>
      json(await catalogue.readExample(await catalogue.get(params.id), params.name)),

    listProblemInstances: async ({ query, caller }) =>
      page(
        await stores.instances.list(scopeOf(caller, 'optimization:read'), {
          projectId: query.projectId,
          app: query.app,
          search: query.search,
          before: beforeOf(query.cursor),
          limit: query.limit + 1,
        }),
        query.limit,
        instanceToWire,
      ),
    convertModelFile: async ({ params, body }) =>
      json(
        await catalogue.convert(
          await catalogue.get(params.id),
          { ending: body.ending, content: Buffer.from(body.content) },
          body.maximize ? ['--maximize'] : [],
        ),
      ),
    createProblemInstance: async ({ body, caller }) =>
      one(await instances.create(caller, body), instanceToWire),
    getProblemInstance: async ({ params, caller }) =>
      one(await instances.get(caller, params), instanceToWire),
    updateProblemInstance: async ({ params, body, caller }) =>
      one(await instances.update(caller, params, body), instanceToWire),
    deleteProblemInstance: async ({ params, caller }) => instances.delete(caller, params),
    getProblemInstanceData: async ({ params, caller }) =>
      json((await instances.getPacked(caller, params)).data),

    listExecutions: async ({ query, caller }) =>
      page(
        await stores.executions.list(scopeOf(caller, 'optimization:read'), {
          projectId: query.projectId,
          app: query.app,
          instanceId: query.instanceId,
          checks: query.checks ?? false,
          search: query.search,
          solved: query.solved ?? false,
          before: beforeOf(query.cursor),
          limit: query.limit + 1,
        }),
        query.limit,
        executionToWire,
      ),
    createExecution: async ({ body, caller }) => {
      const { instanceId, ...request } = body;
      return one(
        await executions.create(caller, { ...request, instance: { id: instanceId } }),
        executionToWire,
      );
    },
    getExecution: async ({ params, caller }) => one(await executions.get(caller, params), executionToWire),
    getExecutionPart: async ({ params, caller }) => {
      const row = await executions.getPacked(caller, { id: params.id });
      switch (params.part) {
        case 'config':
          return json(row.config);
        case 'solution':
          return json(row.solution);
        case 'solution_checks':
          return json(row.solution_checks);
        case 'kpis':
          return json(row.kpis);
        case 'log':
          return json(row.log_json);
        case 'instance_checks':
          return json((await instances.getPacked(caller, { id: row.instance_id })).checks);
      }
    },
    stopExecution: async ({ params, caller }) => one(await executions.stop(caller, params), executionToWire),
    relaunchExecution: async ({ params, body, caller }) =>
      one(await executions.relaunch(caller, params, { config: body?.config, start: true }), executionToWire),
    deleteExecution: async ({ params, caller }) => executions.delete(caller, params),

    listCases: async ({ query, caller }) =>
      page(
        await stores.cases.list(scopeOf(caller, 'optimization:read'), {
          projectId: query.projectId,
          app: query.app,
          parentId: query.parentId === 'top' ? null : query.parentId,
          before: beforeOf(query.cursor),
          limit: query.limit + 1,
        }),
        query.limit,
        caseToWire,
      ),
    createCase: async ({ body, caller }) => {
      const { instanceId, executionId, data, parentId, ...request } = body;
      const parent = parentId === null ? undefined : { id: parentId };
      const sources = [instanceId, executionId, data].filter((source) => source !== undefined);
      if (sources.length > 1) throw new AppError('optimization.one_source');
      if (instanceId !== undefined || executionId !== undefined) {
        const source =
          executionId === undefined
            ? { instance: { id: instanceId ?? '' } }
            : { execution: { id: executionId } };
        return one(await cases.createFrom(caller, source, { ...request, parent }), caseToWire);
      }
      return one(await cases.create(caller, { ...request, data, parent }), caseToWire);
    },
    getCase: async ({ params, caller }) => one(await cases.get(caller, params), caseToWire),
    getCasePart: async ({ params, caller }) => {
      const row = await cases.getPacked(caller, { id: params.id });
      return json(row[params.part]);
    },
    updateCase: async ({ params, body, caller }) => {
      const { parentId, ...edit } = body;
      const parent = parentId === undefined ? undefined : parentId === null ? null : { id: parentId };
      return one(await cases.update(caller, params, { ...edit, parent }), caseToWire);
    },
    copyCase: async ({ params, caller }) =>
      one(await cases.copy(caller, params, (name) => `${name} (2)`), caseToWire),
    deleteCase: async ({ params, caller }) => cases.delete(caller, params),
    compareCases: async ({ params, caller }) => {
      const both = { data: true, solution: true };
      const { data, solution } = await cases.compare(caller, { id: params.id }, { id: params.other }, both);
      return json(`{"data":${data},"solution":${solution}}`);
    },
  };
};
