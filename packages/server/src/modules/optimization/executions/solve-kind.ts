import { resolve } from 'node:path';
import { z } from 'zod';
import { systemScope } from '../../../kernel/access/caller.ts';
import { AppError } from '../../../kernel/errors.ts';
import { PreparationError, toModuleLaunch, type Preparation, type RunKind } from '../../runs/index.ts';
import type { Catalogue } from '../apps/catalogue.ts';
import type { FolderApp } from '../apps/read-apps.ts';
import type { InstanceStore } from '../instances/instance-store.ts';
import type { ExecutionStore } from './execution-store.ts';

const Params = z.strictObject({ executionId: z.uuid(), launch: z.number().int() });
export type SolveParams = z.infer<typeof Params>;

export const taskFile = 'task.json';
/** What the app answers, below its output folder. */
export const resultFile = 'result.json';
/** A TERM at the time limit leaves the solver this long to answer what it has; then the run is ended. */
const graceSeconds = 30;

/** The app starts in its own folder, `$0`. */
const inFolder = `cd "$0" && exec "$@"`;
const throughFiles = `${inFolder} <"$DUMONT_WORK/${taskFile}" >"$DUMONT_OUTPUT/${resultFile}"`;

/** A module that may be waiting already is told the files; anything else has them as its streams. */
const launchOf = (app: FolderApp): Pick<Preparation, 'command' | 'environment' | 'module'> => {
  const { manifest, folder } = app;
  const [program, ...args] = manifest.command;
  const module = toModuleLaunch(manifest, resolve(folder));
  const command = [folder, program === 'node' ? process.execPath : program, ...args];
  if (module === undefined) return { command: ['sh', '-c', throughFiles, ...command], environment: {} };
  return {
    command: ['sh', '-c', inFolder, ...command],
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

/** Runs of solver apps: each is one launch of one execution. */
export const createSolveKind = (deps: {
  catalogue: Catalogue;
  executions: ExecutionStore;
  instances: InstanceStore;
  /** Folders besides its own that an app imports from. */
  runtimeFolders: readonly string[];
}): RunKind => {
  const { catalogue } = deps;
  const findApp = async (id: string): Promise<FolderApp> => {
    const { folderApp } = await catalogue.get(id);
    if (folderApp === undefined) throw new AppError('optimization.not_startable', { id });
    return folderApp;
  };

  return {
    kind: 'model',
    plan: async ({ subject, params }) => {
      const { success, data } = Params.safeParse(params);
      const row = success ? await deps.executions.find(systemScope, { id: data.executionId }) : undefined;
      // Running again by the run alone would answer nobody.
      if (!success || row?.launch !== data.launch || row.run_id !== null)
        throw new AppError('optimization.rerun');
      const app = await findApp(subject);
      const config = JSON.parse(row.config) as { timeLimit?: unknown };
      const limit = typeof config.timeLimit === 'number' ? config.timeLimit : app.manifest.timeLimitSeconds;
      return {
        subject,
        params: data,
        timeoutSeconds: Math.ceil(limit) + graceSeconds,
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
      const row = await deps.executions.findDocuments(systemScope, { id: executionId });
      if (row?.launch !== launch)
        throw new PreparationError('execution_gone', 'The execution was deleted, or was launched again.');
      const instance = await deps.instances.findDocuments(systemScope, { id: row.instance_id });
      if (instance === undefined)
        throw new PreparationError('execution_gone', 'The instance of this execution was deleted.');
      const config = withTimeLimit(row.config, app.manifest.timeLimitSeconds);
      const solution = row.solution === null ? '' : `"solution":${row.solution},`;
      const task = `{"task":"${row.checks_only ? 'check' : 'solve'}","instance":${instance.data},${solution}"config":${config}}`;
      const { memoryBytes } = app.manifest;
      return {
        ...launchOf(app),
        files: [{ name: taskFile, content: task }],
        mounts: [app.root, ...deps.runtimeFolders].map((path) => ({ path, writable: false })),
        limits: memoryBytes === undefined ? {} : { memoryBytes },
        secrets: [],
      };
    },
  };
};
