import { resolve } from 'node:path';
import { z } from 'zod';
import { systemScope } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import { unpack } from '../../../kernel/packed/packed.ts';
import { PreparationError, toModuleLaunch, type Preparation, type RunKind } from '../../runs/index.ts';
import type { Catalogue } from '../apps/catalogue.ts';
import type { FolderApp } from '../apps/read-apps.ts';
import type { CaseStore } from '../cases/case-store.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import type { ExecutionDocuments, ExecutionRow, ExecutionStore } from './execution-store.ts';
import { commandIn } from './in-folder.ts';
import type { Passes } from './passes.ts';
import { workerStart } from './worker-start.ts';

const Params = z.strictObject({ executionId: z.uuid(), launch: z.number().int() });
export type SolveParams = z.infer<typeof Params>;

export const taskFile = 'task.json';
/** What the app answers, below its output folder. */
export const resultFile = 'result.json';
/** A TERM at the time limit leaves the solver this long to answer what it has; then the run is ended. */
const graceSeconds = 30;
/** From the issue of a pass until its program is at work, at most. */
const startSeconds = 60;

const throughFiles = `<"$DUMONT_WORK/${taskFile}" >"$DUMONT_OUTPUT/${resultFile}"`;

/** A module that may be waiting already is told the files; anything else has them as its streams. */
const streamsStart = (app: FolderApp): Pick<Preparation, 'command' | 'environment' | 'module'> => {
  const module = toModuleLaunch(app.manifest, resolve(app.folder));
  if (module === undefined) return { command: commandIn(app, throughFiles), environment: {} };
  return {
    command: commandIn(app),
    environment: { DUMONT_TASK_FILE: taskFile, DUMONT_RESULT_FILE: resultFile },
    module,
  };
};

/** The configuration with the app's own time limit where it names none; as text, because its numbers are the user's. */
const withTimeLimit = (config: string, seconds: number): string => {
  const { timeLimit } = JSON.parse(config) as { timeLimit?: unknown };
  if (timeLimit !== undefined) return config;
  const inner = config.trim().slice(1, -1).trim();
  return `{${inner}${inner === '' ? '' : ','}"timeLimit":${seconds}}`;
};

const timeLimitOf = (row: Pick<ExecutionRow, 'config'>, app: FolderApp): number => {
  const { timeLimit } = JSON.parse(row.config) as { timeLimit?: unknown };
  return typeof timeLimit === 'number' ? timeLimit : app.manifest.timeLimitSeconds;
};

const gone = (why: string): PreparationError => new PreparationError('execution_gone', why);

/** Runs of solver apps: each is one launch of one execution. */
export const createSolveKind = (deps: {
  catalogue: Catalogue;
  executions: Pick<ExecutionStore, 'find' | 'findPacked'>;
  instances: Pick<InstanceStore, 'findPacked'>;
  cases: Pick<CaseStore, 'find'>;
  passes: Pick<Passes, 'issue'>;
  /** Where programs of this host find the Cornflow door, once it is open. */
  doorUrl: () => Promise<URL>;
  /** Folders besides its own that an app imports from. */
  runtimeFolders: readonly string[];
}): RunKind => {
  const { catalogue } = deps;
  const findApp = async (id: string): Promise<FolderApp> => {
    const { folderApp } = await catalogue.get(id);
    if (folderApp === undefined) throw new AppError('optimization.not_startable', { id });
    return folderApp;
  };

  const prepareStreams = async (row: ExecutionRow & ExecutionDocuments, app: FolderApp) => {
    const instance = await deps.instances.findPacked(systemScope, { id: row.instance_id });
    if (instance === undefined) throw gone('The instance of this execution was deleted.');
    const config = withTimeLimit(row.config, app.manifest.timeLimitSeconds);
    const solution = row.solution === null ? '' : `"solution":${await unpack(row.solution)},`;
    const task = `{"task":"${row.checks_only ? 'check' : 'solve'}","instance":${await unpack(instance.data)},${solution}"config":${config}}`;
    return { ...streamsStart(app), files: [{ name: taskFile, content: task }], secrets: [] };
  };

  const prepareWorker = async (row: ExecutionRow, app: FolderApp) => {
    const ofCase = row.case_id === null ? undefined : await deps.cases.find(systemScope, { id: row.case_id });
    const url = await deps.doorUrl();
    // That of an attempt before is over with this one: what its log may still show opens nothing.
    const pass = await deps.passes.issue(row, timeLimitOf(row, app) + graceSeconds + startSeconds);
    if (pass === undefined) throw gone('The execution is over, or was launched again.');
    return { ...workerStart(app, row, { url, pass, caseNumber: ofCase?.number }), files: [] };
  };

  return {
    kind: 'model',
    plan: async ({ subject, params }) => {
      const { success, data } = Params.safeParse(params);
      const row = success ? await deps.executions.find(systemScope, { id: data.executionId }) : undefined;
      // Running again by the run alone would answer nobody.
      if (!success || row?.launch !== data.launch || row.run_id !== null)
        throw new AppError('optimization.rerun');
      return {
        subject,
        params: data,
        timeoutSeconds: Math.ceil(timeLimitOf(row, await findApp(subject))) + graceSeconds,
        maxAttempts: 2,
        retryBackoffSeconds: 1,
        // Solving twice harms nobody; a fault of the app itself would only come again.
        retryOn: ['worker_lost'],
        concurrency: null,
        parts: [],
      };
    },
    prepare: async (run) => {
      const { executionId, launch } = Params.parse(run.params);
      const app = await findApp(run.subject);
      const row = await deps.executions.findPacked(systemScope, { id: executionId });
      if (row?.launch !== launch) throw gone('The execution was deleted, or was launched again.');
      const { memoryBytes, protocol } = app.manifest;
      return {
        ...(protocol === 'worker' ? await prepareWorker(row, app) : await prepareStreams(row, app)),
        mounts: [app.root, ...deps.runtimeFolders].map((path) => ({ path, writable: false })),
        limits: memoryBytes === undefined ? {} : { memoryBytes },
      };
    },
  };
};
