import { startServerProcess, type ServerProcess } from '../packages/server/test/server-process.ts';
import { waitFor } from '../packages/server/test/wait.ts';
import { ms, percentile, report, type Figure } from './lib/figures.ts';
import { runLoad } from './lib/http-load.ts';
import { memoryOf } from './lib/process-memory.ts';

/**
 * The Cornflow door as its clients use it. What it is compared with was measured on the original (Cornflow 1.3 with
 * gunicorn and PostgreSQL) on such a host, in requests a second.
 */
const original = {
  create: 84,
  list: 192,
  executions: 155,
  data: 28,
  largeList: 9.6,
  largeCreate: 12,
};
/** Python's `requests`, which the original's client is made of, says so of every request. */
const asClientsAsk = ['accept-encoding: gzip, deflate'];
const seconds = 5;
const connections = 16;
const dispatches = 50;

const login = async (server: ServerProcess): Promise<string> => {
  const response = await fetch(`${server.url}/cornflow/login/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin@dumont.local', password: 'a-long-test-password' }),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`no token: ${response.status}`);
  return token;
};

/** An instance of app knapsack of about so many bytes. */
const instanceOf = (bytes: number): string => {
  const objects = Array.from({ length: Math.max(2, Math.floor(bytes / 42)) }, (_, id) => ({
    id,
    value: (id % 97) + 1.5,
    weight: (id % 31) + 1,
  }));
  const data = { objects, parameters: { weight_capacity: 100 } };
  return JSON.stringify({ name: 'bench', schema: 'knapsack', data });
};

await using server = await startServerProcess();
const token = await login(server);
const door = { url: server.url, token };
const post = async (path: string, body: string): Promise<{ id: string }> => {
  const response = await fetch(`${server.url}/cornflow${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return (await response.json()) as { id: string };
};

const rate = async (
  what: string,
  paths: readonly string[],
  before: number,
  times: number,
  body?: string,
): Promise<Figure> => {
  const { perSecond, latencies } = await runLoad({
    ...door,
    headers: asClientsAsk,
    paths: paths.map((path) => `/cornflow${path}`),
    ...(body === undefined ? {} : { body }),
    connections: body !== undefined && body.length > 100_000 ? 4 : connections,
    seconds,
  });
  return {
    what,
    value: `${perSecond.toFixed(0)}/s`,
    target: `at least ${times} times the original (${before}/s)`,
    baseline: `${(perSecond / before).toFixed(1)} times; p99 ${ms(percentile(latencies, 0.99))}`,
    met: perSecond >= before * times,
  };
};

/** As clients ask for it: 1 is solved, 0 and less is at work or failed. */
const stateOf = async (key: string): Promise<number> => {
  const response = await fetch(`${server.url}/cornflow/execution/${key}/status/`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await response.json()) as { state: number }).state;
};

/**
 * From the request that is answered to the process that runs: what the execution's run says of itself. Each is asked for
 * when the one before has ended, so that none waits for another's solver.
 */
const dispatchMs = async (): Promise<number> => {
  const { id } = await post('/instance/', instanceOf(200));
  const samples: number[] = [];
  for (let index = 0; index < dispatches; index += 1) {
    const body = { name: 'bench', instance_id: id, schema: 'knapsack', config: { timeLimit: 5 } };
    const { id: key } = await post('/execution/', JSON.stringify(body));
    await waitFor('the end of an execution', async () => (await stateOf(key)) > 0);
  }
  const { items } = await server.client.listRuns({ query: { kind: 'model', limit: dispatches } });
  const { items: executions } = await server.client.listExecutions({ query: { limit: dispatches } });
  for (const run of items) {
    const execution = executions.find(({ runId }) => runId === run.id);
    if (execution !== undefined && run.startedAt !== null)
      samples.push(Date.parse(run.startedAt) - Date.parse(execution.createdAt));
  }
  return percentile(samples, 0.5);
};

const small = instanceOf(200);
const figures: Figure[] = [];
figures.push(await rate('create a small instance', ['/instance/'], original.create, 10, small));
figures.push(await rate('list of ten instances', ['/instance/'], original.list, 10));
const dispatch = await dispatchMs();
figures.push(await rate('list of ten executions', ['/execution/'], original.executions, 10));
const large = instanceOf(1_000_000);
const { id } = await post('/instance/', large);
const dataPath = `/instance/${id}/data/`;
figures.push(await rate('data of an instance of 1 MB', [dataPath], original.data, 10));
const plain = await runLoad({ ...door, paths: [`/cornflow${dataPath}`], connections, seconds });
figures.push({
  what: 'the same, for who takes no gzip',
  value: `${plain.perSecond.toFixed(0)}/s`,
  target: null,
  met: null,
  baseline: `${(plain.perSecond / original.data).toFixed(1)} times; p99 ${ms(percentile(plain.latencies, 0.99))}`,
});
figures.push(await rate('create an instance of 1 MB', ['/instance/'], original.largeCreate, 3, large));
figures.push(await rate('list of ten instances of 1 MB', ['/instance/'], original.largeList, 50));

const huge = instanceOf(10_000_000);
const before = (await memoryOf(server.pid)).serverMb;
let most = before;
const watching = setInterval(
  () => void memoryOf(server.pid).then(({ serverMb }) => (most = Math.max(most, serverMb))),
  50,
);
const startedMs = performance.now();
await post('/instance/', huge);
const hugeMs = performance.now() - startedMs;
clearInterval(watching);

report('The Cornflow door', [
  ...figures,
  {
    what: `an instance of ${(huge.length / 1e6).toFixed(0)} MB accepted, validated, hashed and stored`,
    value: `${(hugeMs / 1000).toFixed(2)} s`,
    target: 'at most 1.5 s',
    met: hugeMs <= 1500,
  },
  {
    what: 'memory of the server above what it had, meanwhile',
    value: `${(most - before).toFixed(0)} MB`,
    target: 'at most 300 MB',
    met: most - before <= 300,
  },
  {
    what: `an execution asked for to its run started, median of ${dispatches}`,
    value: ms(dispatch),
    target: 'at most 50 ms',
    met: dispatch <= 50,
  },
]);
