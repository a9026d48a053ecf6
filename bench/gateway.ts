import { setTimeout as delay } from 'node:timers/promises';
import { startIssuer } from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { startServerProcess } from '../packages/server/test/server-process.ts';
import { startChildServer } from './lib/child-server.ts';
import { atMostMs, ms, percentile, report } from './lib/figures.ts';
import { runLoad } from './lib/http-load.ts';
import { mainThreadMs } from './lib/process-time.ts';

/**
 * The built-in gateway with a token verified, a limit, metrics and an access log, against a bare `@fastify/http-proxy`
 * in front of the same service, one process each. What is compared is asked by turns, so that whatever else the host
 * does meets all of it.
 */
const connections = 32;
const rounds = 4;
const seconds = 2.5;
const leastRatio = 1.3;
/** Shorter turns, and more of them: what is looked for is small. */
const planeRounds = 12;
const planeSeconds = 1;
const mostMetricsShare = 0.03;

interface Target {
  readonly url: string;
  readonly token?: string;
  readonly pid: number;
}
interface Turns {
  readonly perSecond: readonly number[];
  readonly latencies: readonly number[];
  /** Processor time of its main thread for each request, by turn. */
  readonly usEach: readonly number[];
  /** Of its main thread: where others want the cores too, its answers are late without any fault of its own. */
  ranMs: number;
  waitedMs: number;
}

const paths = ['/menu/1', '/menu/2', '/menu/3'];
const askByTurns = async <Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  turns: { readonly rounds: number; readonly seconds: number; readonly requestsPerSecond?: number },
): Promise<Record<Name, Turns>> => {
  const names = Object.keys(targets) as Name[];
  const all = Object.fromEntries(
    names.map((name) => [name, { perSecond: [], latencies: [], usEach: [], ranMs: 0, waitedMs: 0 }]),
  ) as unknown as Record<Name, Turns & { perSecond: number[]; latencies: number[]; usEach: number[] }>;
  for (let round = -1; round < turns.rounds; round += 1) {
    // Nobody is always the first, nor always after the same other.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const { rounds: _, ...pace } = turns;
      const { pid, ...asked }: Target = targets[name];
      const before = await mainThreadMs(pid);
      const answered = await runLoad({
        ...asked,
        paths,
        connections,
        ...pace,
        // The first round warms all of them up.
        ...(round < 0 ? { seconds } : {}),
      });
      if (round < 0) continue;
      all[name].perSecond.push(answered.perSecond);
      all[name].latencies.push(...answered.latencies);
      const after = await mainThreadMs(pid);
      all[name].ranMs += after.ran - before.ran;
      all[name].usEach.push(((after.ran - before.ran) * 1000) / answered.latencies.length);
      all[name].waitedMs += after.waited - before.waited;
    }
  }
  return all;
};
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

await using service = await startChildServer(new URL('./lib/small-service.ts', import.meta.url));
const compareWithBare = async () => {
  await using bare = await startChildServer(new URL('./lib/bare-proxy.ts', import.meta.url), [service.url]);
  await using server = await startServerProcess({
    DUMONT_OUTBOUND_ALLOW: '127.0.0.1',
    DUMONT_LOG_LEVEL: 'info',
  });
  await server.client.createGatewayRoute({
    body: {
      route: {
        name: 'measured',
        path: '/menu/{proxy+}',
        upstreams: [{ url: service.url }],
        authentication: { mode: 'required', issuers: ['users'] },
        rateLimit: { by: 'subject', requests: 1_000_000 },
      },
    },
  });
  await delay(1000);
  const { token } = server;
  const ours = { url: server.gatewayUrl, pid: server.pid, token };
  const proxy = { url: bare.url, pid: bare.pid, token };
  const full = await askByTurns({ ours, bare: proxy }, { rounds, seconds });
  const perSecond = mean(full.ours.perSecond);
  const half = await askByTurns(
    { ours, bare: proxy, direct: service },
    { rounds, seconds, requestsPerSecond: perSecond / 2 },
  );
  const told = ({ latencies, ranMs, waitedMs }: Turns) => ({
    p99: percentile(latencies, 0.99),
    usEach: (ranMs * 1000) / latencies.length,
    waitedShare: waitedMs / (ranMs + waitedMs),
  });
  return {
    perSecond,
    bare: mean(full.bare.perSecond),
    half: { ours: told(half.ours), bare: told(half.bare), direct: told(half.direct) },
  };
};

/**
 * Planes without the server around them: the share of its processor time, which is what bounds its throughput, that
 * one spends on recording metrics, the middle one of the shares of all turns; and what two processes at one port
 * answer, between which the kernel divides connections.
 */
const comparePlanes = async () => {
  await using issuer = await startIssuer();
  const start = (recording: 'metrics' | 'none', port = '0') =>
    startChildServer(new URL('./lib/plane.ts', import.meta.url), [service.url, issuer.url, recording, port]);
  await using recording = await start('metrics');
  await using silent = await start('none');
  await using first = await start('metrics');
  await using _second = await start('metrics', new URL(first.url).port);
  const token = await issuer.sign();
  const { on, off, pair } = await askByTurns(
    { on: { ...recording, token }, off: { ...silent, token }, pair: { ...first, token } },
    { rounds: planeRounds, seconds: planeSeconds },
  );
  const shares = on.usEach.map((us, turn) => 1 - (off.usEach[turn] ?? Number.NaN) / us);
  return {
    metricsShare: percentile(shares, 0.5),
    on: mean(on.perSecond),
    off: mean(off.perSecond),
    pair: mean(pair.perSecond),
  };
};

const { perSecond, bare, half } = await compareWithBare();
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const planes = await comparePlanes();

report('Gateway', [
  {
    what: `requests with token, limit, metrics and access log, ${connections} connections, one process`,
    value: `${perSecond.toFixed(0)}/s`,
    target: `at least ${leastRatio} x a bare @fastify/http-proxy`,
    baseline: `${(perSecond / bare).toFixed(2)} x ${bare.toFixed(0)}/s of one process`,
    met: perSecond / bare >= leastRatio,
  },
  atMostMs(
    'added at half load, p99',
    half.ours.p99 - half.direct.p99,
    5,
    `${ms(half.ours.p99)}, and ${ms(half.direct.p99)} without a gateway`,
  ),
  {
    what: 'what a bare @fastify/http-proxy adds at the same rate, p99',
    value: ms(half.bare.p99 - half.direct.p99),
    target: null,
    baseline: `processor time for each request ${half.ours.usEach.toFixed(0)} us, bare ${half.bare.usEach.toFixed(0)} us; ready to run, the gateway waited ${percent(half.ours.waitedShare)} of its time for a core, bare ${percent(half.bare.waitedShare)}`,
    met: null,
  },
  {
    what: `processor time that metrics cost, ${planeRounds} turns, the middle one`,
    value: `${(planes.metricsShare * 100).toFixed(1)} %`,
    target: `at most ${mostMetricsShare * 100} %`,
    baseline: `${planes.on.toFixed(0)}/s with metrics, ${planes.off.toFixed(0)}/s with ones that record nothing`,
    met: planes.metricsShare <= mostMetricsShare,
  },
  {
    what: 'the same plane in two processes at one port',
    value: `${planes.pair.toFixed(0)}/s`,
    target: null,
    baseline: `${(planes.pair / planes.on).toFixed(2)} x one process`,
    met: null,
  },
]);
