import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { projectPermissions } from '@dumont/contracts/access';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import { waitFor } from '../../../test/wait.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { createFolderBlobs } from '../../kernel/blobs/folder-blobs.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createLogger } from '../../kernel/log.ts';
import { createSystemRandom } from '../../kernel/random.ts';
import type { ExecutionRow } from './executions/execution-store.ts';
import { isOpen } from './executions/state.ts';
import { createOptimization, type Optimization } from './index.ts';

/** The module on a real database and a real run engine, with an app whose answer a test's own instance says. */
export interface OptimizationBed extends AsyncDisposable {
  readonly optimization: Optimization;
  readonly runs: RunsBed;
  /** May do everything in the project. */
  readonly caller: Caller;
  /** Another process on the same database; its worker has not started. */
  another(): Promise<Optimization>;
  /** Another user of the project, with these grants. */
  callerWith(grants: readonly string[]): Promise<Caller>;
  ended(id: string): Promise<ExecutionRow>;
}

const localized = { en: 'Echo', 'pt-BR': 'Eco' };

/** Answers what the instance says; `do` of an instance may be more than an answer. */
const echoProgram = `
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const text = Buffer.concat(chunks).toString();
const { task, instance, solution, config } = JSON.parse(text);
console.error('task ' + task + ' for ' + config.timeLimit + ' s');
const deeds = {
  hang: () => new Promise(() => setInterval(() => undefined, 1000)),
  die: () => process.kill(process.pid, 'SIGKILL'),
  flood: () => { for (let line = 0; line < 20_000; line += 1) console.error('line ' + line); },
  half: () => { process.stdout.write('{"status": "optimal", "solut'); process.exit(0); },
  fail: () => { console.error('there is no way'); process.exit(3); },
};
await deeds[instance.do]?.();
const answer = /"answer":(.*),"end":1/.exec(text)?.[1] ?? 'null';
process.stdout.write('{"status":' + JSON.stringify(instance.status ?? 'optimal') + ',"solution":' + answer
  + ',"instanceChecks":' + JSON.stringify(instance.checks ?? null)
  + ',"solutionChecks":' + JSON.stringify(task === 'check' && solution ? { seen: [{ row: 1 }] } : null)
  + ',"kpis":{"figures":[{"value":1}]},"objective":42,"log":{"time":0.1,"solver":"echo"}}');
`;

const anything = '{}';
const files: Readonly<Record<string, string>> = {
  'apps/echo/manifest.json': JSON.stringify({
    id: 'echo',
    name: localized,
    description: localized,
    command: ['node', 'main.mjs'],
    solvers: ['echo'],
    timeLimitSeconds: 60,
  }),
  'apps/echo/main.mjs': echoProgram,
  'apps/echo/schemas/instance.json': JSON.stringify({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { rows: { type: 'array', items: { type: 'object', required: ['id'] } } },
  }),
  'apps/echo/published/config.json': JSON.stringify({ title: 'as it was' }),
  'apps/echo/schemas/solution.json': JSON.stringify({ type: 'object' }),
  'apps/echo/schemas/config.json': JSON.stringify({
    type: 'object',
    properties: { timeLimit: { type: 'number' }, solver: { type: 'string', default: 'echo' } },
  }),
  'apps/echo/schemas/instance_checks.json': anything,
  'apps/echo/schemas/solution_checks.json': JSON.stringify({ properties: { hint: { is_warning: true } } }),
  'apps/echo/schemas/kpis.json': anything,
  'apps/echo/examples/small.json':
    '{"name":"small","description":"a small one","instance":{"rows":[{"id":1.0}]}}',
  'apps/broken/manifest.json': '{"id":"broken"}',
};

const writeApps = async (folder: string): Promise<void> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
};

export interface OptimizationBedOptions {
  /** Folders of apps beside that of the app `echo`, and what those import from. */
  readonly appFolders?: readonly string[];
  readonly runtimeFolders?: readonly string[];
}

export const createOptimizationBed = async (
  options: OptimizationBedOptions = {},
): Promise<OptimizationBed> => {
  await using building = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'dumont-optimization-'));
  building.defer(() => rm(folder, { recursive: true, force: true }));
  await writeApps(folder);
  const runs = building.use(await createRunsBed({ worker: false }));
  const random = createSystemRandom(systemClock);
  const callers = new Map<string, Caller>();

  const callerWith = async (grants: readonly string[]): Promise<Caller> => {
    const userId = random.id();
    await runs.database.pool.query(
      `INSERT INTO users (id, email, email_confirmed, username, name, source, created_at)
       VALUES ($1, $2, true, $2, $2, 'local', now())`,
      [userId, `${userId}@example.org`],
    );
    const caller = { ...runs.caller, userId, projects: new Map([[runs.projectId, new Set(grants)]]) };
    callers.set(userId, caller);
    return caller;
  };

  const makeAnother = (): Promise<Optimization> =>
    createOptimization({
      db: runs.database.db,
      clock: systemClock,
      random,
      log: createLogger('silent'),
      events: runs.events,
      runs: runs.runs.api,
      blobs: createFolderBlobs(join(folder, 'blobs')),
      callerOf: async (id) => callers.get(id),
      namesOf: async () => new Map(),
      appFolders: [join(folder, 'apps'), ...(options.appFolders ?? [])],
      runtimeFolders: options.runtimeFolders ?? [],
      // Apps that answer through it are tried with the whole server.
      doorUrl: () => Promise.reject(new Error('there is no door here')),
    });
  const optimization = building.use(await makeAnother());
  const caller = await callerWith(projectPermissions);
  runs.runs.startWorker();
  optimization.startWorker();
  const made = building.move();
  return {
    optimization,
    another: async () => made.use(await makeAnother()),
    runs,
    caller,
    callerWith,
    ended: (id) =>
      waitFor(`the end of execution ${id}`, async () => {
        const row = await optimization.api.executions.get(caller, { id });
        return !isOpen(row.state) && row.settled ? row : undefined;
      }),
    [Symbol.asyncDispose]: () => made.disposeAsync(),
  };
};
