import pg from 'pg';
import { databaseUrl, startServerProcess } from '../packages/server/test/server-process.ts';
import { fillHistory, type History } from './lib/fill-history.ts';
import { atMostMs, ms, percentile, report, type Figure } from './lib/figures.ts';

/**
 * Pages of a long history: a million runs, ten million log lines, one log of a million among them. Each page is asked
 * for one after the other, as a person does who reads; baseline is the cheapest question that the server answers, so
 * that the ratio says what the history costs.
 */
const runs = 1_000_000;
const lines = 10_000_000;
const samples = 200;
const limitMs = 20;

await using server = await startServerProcess();
const client = new pg.Client({ connectionString: await databaseUrl(server.dataDir) });
await client.connect();
const filledMs = performance.now();
const history = await fillHistory(client, runs, lines);
await client.end();
const fillSeconds = (performance.now() - filledMs) / 1000;

const headers = { authorization: `Bearer ${server.token}` };
const get = async (path: string): Promise<unknown> => {
  const response = await fetch(`${server.url}${path}`, { headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
};

/** Asks `count` times; `path` is given the turn. The first questions, which make plans and fill caches, do not count. */
const timed = async (path: (turn: number) => string, count = samples): Promise<number[]> => {
  const latencies: number[] = [];
  for (let turn = -Math.ceil(count / 10); turn < count; turn += 1) {
    const asked = path(turn + count);
    const startedMs = performance.now();
    await get(asked);
    if (turn >= 0) latencies.push(performance.now() - startedMs);
  }
  return latencies;
};

/** The opaque position before a run's number, as the server itself gives it out. */
const cursorBefore = (number: number): string =>
  Buffer.from(JSON.stringify({ n: number })).toString('base64url');
const spread = (turn: number, upTo: number): number => 1 + ((turn * 7_919_317) % upTo);

const questions = ({ longRunId, runIds, largestNumber, longLines }: History) => ({
  'runs, first page': () => '/api/v1/runs?limit=50',
  'runs, deep page': (turn: number) =>
    `/api/v1/runs?limit=50&cursor=${cursorBefore(spread(turn, largestNumber))}`,
  'runs of a common state': () => '/api/v1/runs?limit=50&state=failed',
  'runs of a rare state, deep page': (turn: number) =>
    `/api/v1/runs?limit=50&state=timed_out&cursor=${cursorBefore(spread(turn, largestNumber))}`,
  'runs of states that no run is in': () => '/api/v1/runs?limit=50&state=queued,starting,running',
  'runs of a common subject': (turn: number) => `/api/v1/runs?limit=50&subject=pipeline-${turn % 20}`,
  'runs of a rare subject': () => '/api/v1/runs?limit=50&subject=seldom',
  'runs of a subject in a state': (turn: number) =>
    `/api/v1/runs?limit=50&state=failed&subject=pipeline-${turn % 20}`,
  'runs of a day': (turn: number) => {
    const day = new Date(Date.now() - (1 + (turn % 80)) * 86_400_000).toISOString().slice(0, 10);
    return `/api/v1/runs?limit=50&from=${day}&to=${day}`;
  },
  'one run': (turn: number) => `/api/v1/runs/${runIds[turn % runIds.length] ?? ''}`,
  'log, end of 1,000,000 lines': () => `/api/v1/runs/${longRunId}/logs`,
  'log, middle': (turn: number) => `/api/v1/runs/${longRunId}/logs?after=${spread(turn, longLines)}`,
  'log, errors only': (turn: number) =>
    `/api/v1/runs/${longRunId}/logs?level=ERROR&after=${spread(turn, longLines)}`,
  'log, search': (turn: number) =>
    `/api/v1/runs/${longRunId}/logs?search=${encodeURIComponent('quota 77')}&after=${spread(turn, longLines)}`,
  'log of any run': (turn: number) => `/api/v1/runs/${runIds[turn % runIds.length] ?? ''}/logs`,
});

const cheapest = percentile(await timed(() => '/api/v1/auth/me'), 0.5);
const figures: Figure[] = [
  {
    what: 'filled',
    value: `${runs.toLocaleString('en')} runs, ${lines.toLocaleString('en')} lines in ${fillSeconds.toFixed(0)} s`,
    target: null,
    met: null,
  },
];
for (const [what, path] of Object.entries(questions(history))) {
  const latencies = await timed(path);
  const median = percentile(latencies, 0.5);
  const ratio = `median ${ms(median)}, ${(median / cheapest).toFixed(1)} x the cheapest request`;
  figures.push(atMostMs(`${what}, p99`, percentile(latencies, 0.99), limitMs, ratio));
}
const stats = percentile(await timed(() => '/api/v1/stats', 5), 0.5);
figures.push({
  what: 'figures of the start page, a third of the runs in their 30 days, median',
  value: ms(stats),
  target: null,
  baseline: `${(stats / cheapest).toFixed(0)} x the cheapest request`,
  met: null,
});
report('A long history', figures);
