import { databaseUrl, startServerProcess } from '../packages/server/test/server-process.ts';
import { startChildServer } from './lib/child-server.ts';
import { atMostMs, percentile, report, type Figure } from './lib/figures.ts';
import { runLoad } from './lib/http-load.ts';

/**
 * Authenticated reads of one run and of a page of 50, against the same query behind a bare `node:http` handler that
 * runs as a process of its own. The two are asked by turns, so that whatever else the host does meets both.
 */
const connections = 32;
const rounds = 4;
const seconds = 2.5;
const leastShare = 0.6;
const runs = 60;

await using server = await startServerProcess();
await using bare = await startChildServer(new URL('./lib/bare-server.ts', import.meta.url), [
  await databaseUrl(server.dataDir),
]);
const ids: string[] = [];
for (let index = 0; index < runs; index += 1) {
  const run = await server.client.startRun({ body: { kind: 'command', command: ['/bin/true'] } });
  ids.push(run.id);
}
// Nothing else may be at work when the reading is timed.
while ((await server.client.listRuns({ query: { state: 'queued,starting,running' } })).items.length > 0);

const compare = async (what: string, paths: readonly string[]): Promise<Figure[]> => {
  const ours = { perSecond: 0, latencies: [] as number[] };
  const theirs = { perSecond: 0, latencies: [] as number[] };
  const targets = [
    [ours, { url: server.url, token: server.token }],
    [theirs, { url: bare.url }],
  ] as const;
  for (let round = -1; round < rounds; round += 1) {
    for (const [sum, target] of targets) {
      const { perSecond, latencies } = await runLoad({ ...target, paths, connections, seconds });
      // The first round warms both up.
      if (round < 0) continue;
      sum.perSecond += perSecond / rounds;
      sum.latencies.push(...latencies);
    }
  }
  const share = ours.perSecond / theirs.perSecond;
  const bareP99 = percentile(theirs.latencies, 0.99);
  const p99 = percentile(ours.latencies, 0.99);
  return [
    {
      what: `${what}, ${connections} connections`,
      value: `${ours.perSecond.toFixed(0)}/s`,
      target: `at least ${leastShare * 100} % of a bare node:http handler`,
      baseline: `${(share * 100).toFixed(0)} % of ${theirs.perSecond.toFixed(0)}/s`,
      met: share >= leastShare,
    },
    atMostMs(`${what}, p99`, p99, 20, `${(p99 / bareP99).toFixed(1)} x bare (${bareP99.toFixed(1)} ms)`),
  ];
};

report('Reading through the API', [
  ...(await compare(
    'one run',
    ids.map((id) => `/api/v1/runs/${id}`),
  )),
  ...(await compare('list of 50 runs', ['/api/v1/runs?limit=50'])),
]);
