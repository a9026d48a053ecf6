import type { Caller } from '../../kernel/access/caller.ts';
import { systemScope } from '../../kernel/access/caller.ts';
import type { Blobs } from '../../kernel/blobs/blobs.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { LeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { RunsApi } from '../runs/index.ts';
import { createAppGrantStore, type AppGrantStore } from './apps/app-grant-store.ts';
import { createAppStore } from './apps/app-store.ts';
import { createCatalogue, type Catalogue } from './apps/catalogue.ts';
import { createCaseStore, type CaseStore } from './cases/case-store.ts';
import { createCases, type Cases } from './cases/cases.ts';
import { createExecutionStore, type ExecutionStore } from './executions/execution-store.ts';
import { createExecutions, type Executions } from './executions/executions.ts';
import { createLeftBehind } from './executions/left-behind.ts';
import { createPasses, type Passes } from './executions/passes.ts';
import { createSolveKind } from './executions/solve-kind.ts';
import { startExecutionWorker } from './executions/worker.ts';
import { createDocuments, type Documents } from './documents-in.ts';
import { createExaminer } from './documents/examiner.ts';
import { createHandlers, type OptimizationOperation } from './handlers.ts';
import { createInstanceStore, type InstanceStore } from './instances/instance-store.ts';
import { createInstances, type Instances } from './instances/instances.ts';
import { executionToWire } from './wire.ts';

export { DocumentError } from './documents/document-error.ts';
export { TooMuchMemory } from './documents/examiner.ts';
export { readDocument, type JsonDocument } from './documents/document.ts';
export { gunzipBounded, GzipError } from './documents/gzip.ts';
export { childrenOf, kindOf, membersOf } from './documents/json-tape.ts';
export { pythonRepr } from './documents/python-repr.ts';
export { toCornflowText } from './documents/validation.ts';
export { SchemaFaults } from './documents-in.ts';

export { publishedSchema, type App } from './apps/catalogue.ts';
export type { AppGrantStore } from './apps/app-grant-store.ts';
export { schemaNames } from './apps/read-apps.ts';
export type { CaseRow } from './cases/case-store.ts';
export type { ExecutionRow } from './executions/execution-store.ts';
export { filesKey } from './executions/left-behind.ts';
export { isOpen, isStateNumber, stateNumber, stateWord } from './executions/state.ts';
export type { InstanceRow } from './instances/instance-store.ts';
export type { ListFilter } from './listed-store.ts';
export { optimizationRelations } from './relation-store.ts';
export { keyOf } from './instances/instances.ts';

/** What doors of other protocols work with: the same objects under the same rights. */
export interface OptimizationApi {
  readonly catalogue: Catalogue;
  readonly instances: Instances;
  readonly executions: Executions;
  readonly cases: Cases;
  readonly documents: Pick<Documents, 'scan'>;
  /** Of programs that were started for an execution and answer through a door. */
  readonly passes: Pick<Passes, 'find'>;
  readonly stores: {
    readonly instances: InstanceStore;
    readonly executions: ExecutionStore;
    readonly cases: CaseStore;
    readonly grants: AppGrantStore;
  };
}

export interface Optimization extends AsyncDisposable {
  readonly api: OptimizationApi;
  readonly handlers: Handlers<OptimizationOperation>;
  /** Starts runs of executions and takes over what they answer. */
  startWorker(): void;
}

/** Reads the solver apps, registers the run kind `model`. */
export const createOptimization = async (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  events: Events;
  runs: RunsApi;
  blobs: Blobs;
  callerOf: (userId: string) => Promise<Caller | undefined>;
  namesOf: (userIds: readonly string[]) => Promise<Map<string, string>>;
  /** Each holds folders of apps. */
  appFolders: readonly string[];
  /** Folders besides their own that apps import from. */
  runtimeFolders: readonly string[];
  /** Where programs of this host find the Cornflow door, once it is open. */
  doorUrl: () => Promise<URL>;
}): Promise<Optimization> => {
  const { db, runs } = deps;
  const catalogue = await createCatalogue({ ...deps, store: createAppStore(db), folders: deps.appFolders });
  for (const { folder, reason } of catalogue.broken)
    deps.log.error({ folder, reason }, 'a solver app cannot be used');
  const examiner = createExaminer(deps);
  const documents = createDocuments({ examiner });
  const stores = {
    instances: createInstanceStore(db),
    executions: createExecutionStore(db),
    cases: createCaseStore(db),
    grants: createAppGrantStore(db),
  };
  const passes = createPasses({ ...deps, store: stores.executions });
  let worker: LeasedWorker | undefined;
  const leftBehind = createLeftBehind(deps);
  const instances = createInstances({
    ...deps,
    store: stores.instances,
    executions: stores.executions,
    catalogue,
    documents,
    leftBehind,
  });
  const executions = createExecutions({
    ...deps,
    store: stores.executions,
    catalogue,
    documents,
    instances,
    leftBehind,
    wake: () => worker?.wake(),
  });
  const cases = createCases({ ...deps, store: stores.cases, catalogue, documents, instances, executions });
  runs.registerKind(createSolveKind({ ...deps, ...stores, catalogue, passes }));
  deps.events.registerTopic('executions', {
    permission: 'optimization:read',
    load: async (ids) => {
      const rows = await Promise.all(ids.map((id) => stores.executions.find(systemScope, { id })));
      const known = rows.filter((row) => row !== undefined);
      const names = await deps.namesOf(known.map(({ owner_id }) => owner_id));
      return new Map(
        known.map((row) => [row.id, { type: 'execution', payload: executionToWire(row, names) }]),
      );
    },
  });
  return {
    api: { catalogue, instances, executions, cases, documents, passes, stores },
    handlers: createHandlers({ ...deps, catalogue, instances, executions, cases, stores }),
    startWorker: () => {
      worker = startExecutionWorker({ ...deps, ...stores, store: stores.executions, catalogue, documents });
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.[Symbol.asyncDispose]();
      await examiner[Symbol.asyncDispose]();
    },
  };
};
