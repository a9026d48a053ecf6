import { setTimeout as delay } from 'node:timers/promises';
import { startIssuer } from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { startServerProcess } from '../packages/server/test/server-process.ts';
import { startChildServer } from './lib/child-server.ts';
import { atMostMs, ms, percentile, report } from './lib/figures.ts';
import { runLoad } from './lib/http-load.ts';
import { startSmallNginx } from './lib/nginx.ts';
import { mainThreadMs } from './lib/process-time.ts';
import { runWrk } from './lib/wrk.ts';

/**
 * The built-in gateway with a token verified, a limit, metrics and an access log, against a bare `@fastify/http-proxy`
 * in front of the same service, one process each. What is compared is asked by turns, so that whatever else the host
 * does meets all of it.
 */
const connections = 32;
/** Each long enough for a percentile, and many: what the host does besides spoils some, not the middle one. */
const longTurns = { rounds: 9, seconds: 2 };
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
  /** The 99th percentile of the times of each turn's answers, in milliseconds. */
  readonly p99: readonly number[];
  /** Processor time of its main thread for each request, by turn. */
  readonly usEach: readonly number[];
  /** Of its main thread: where others want the cores too, its answers are late without any fault of its own. */
  ranMs: number;
  waitedMs: number;
}
type Answered = {
  readonly perSecond: number;
  readonly requests: number;
  readonly p99?: number;
};

const warmUpSeconds = 6;

/** Each target by turns, after a turn that warms all of them up. */
const byTurns = async <Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  turns: { readonly rounds: number; readonly seconds: number },
  ask: (target: Target, seconds: number) => Promise<Answered>,
): Promise<Record<Name, Turns>> => {
  const names = Object.keys(targets) as Name[];
  const all = Object.fromEntries(
    names.map((name) => [name, { perSecond: [], p99: [], usEach: [], ranMs: 0, waitedMs: 0 }]),
  ) as unknown as Record<Name, Turns & { perSecond: number[]; p99: number[]; usEach: number[] }>;
  for (let round = -1; round < turns.rounds; round += 1) {
    // Nobody is always the first, nor always after the same other.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const target: Target = targets[name];
      const before = await mainThreadMs(target.pid);
      const answered = await ask(target, round < 0 ? warmUpSeconds : turns.seconds);
      if (round < 0) continue;
      const after = await mainThreadMs(target.pid);
      const ranMs = after.ran - before.ran;
      all[name].perSecond.push(answered.perSecond);
      if (answered.p99 !== undefined) all[name].p99.push(answered.p99);
      all[name].usEach.push((ranMs * 1000) / answered.requests);
      all[name].ranMs += ranMs;
      all[name].waitedMs += after.waited - before.waited;
    }
  }
  return all;
};

/** As many as are answered. */
const askFast = (target: Target, runSeconds: number): Promise<Answered> =>
  runWrk(`${target.url}/menu/1`, {
    connections,
    seconds: runSeconds,
    ...(target.token === undefined ? {} : { token: target.token }),
  });

/** At a pace, each answer timed. */
const askAt =
  (requestsPerSecond: number) =>
  async ({ pid: _, ...target }: Target, runSeconds: number): Promise<Answered> => {
    const paths = ['/menu/1', '/menu/2', '/menu/3'];
    const load = { ...target, paths, connections, seconds: runSeconds, requestsPerSecond };
    const { perSecond, latencies } = await runLoad(load);
    return { perSecond, p99: percentile(latencies, 0.99), requests: latencies.length };
  };
const middle = (values: readonly number[]): number => percentile(values, 0.5);

await using service = await startSmallNginx();
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
  const full = await byTurns({ ours, bare: proxy }, longTurns, askFast);
  const perSecond = middle(full.ours.perSecond);
  // Without a gateway it is the same service, whose own time is not looked at.
  const direct = { url: service.url, pid: process.pid };
  const half = await byTurns({ ours, bare: proxy, direct }, longTurns, askAt(perSecond / 2));
  const told = ({ p99, usEach, ranMs, waitedMs }: Turns) => ({
    p99: middle(p99),
    usEach: middle(usEach),
    waitedShare: waitedMs / (ranMs + waitedMs),
  });
  return {
    perSecond,
    bare: middle(full.bare.perSecond),
    ratio: middle(full.ours.perSecond.map((ours, turn) => ours / (full.bare.perSecond[turn] ?? Number.NaN))),
    us: { ours: middle(full.ours.usEach), bare: middle(full.bare.usEach) },
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
  const { on, off, pair } = await byTurns(
    { on: { ...recording, token }, off: { ...silent, token }, pair: { ...first, token } },
    { rounds: planeRounds, seconds: planeSeconds },
    askFast,
  );
  const shares = on.usEach.map((us, turn) => 1 - (off.usEach[turn] ?? Number.NaN) / us);
  return {
    metricsShare: middle(shares),
    on: middle(on.perSecond),
    off: middle(off.perSecond),
    pair: middle(pair.perSecond),
  };
};

const { perSecond, bare, ratio, us, half } = await compareWithBare();
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
const planes = await comparePlanes();

report('Gateway', [
  {
    what: `requests with token, limit, metrics and access log, ${connections} connections, one process`,
    value: `${perSecond.toFixed(0)}/s`,
    target: `at least ${leastRatio} x a bare @fastify/http-proxy`,
    baseline: `${ratio.toFixed(2)} x ${bare.toFixed(0)}/s of one process, the middle one of ${longTurns.rounds} turns; processor time of the main thread for each ${us.ours.toFixed(0)} us, bare ${us.bare.toFixed(0)} us`,
    met: ratio >= leastRatio,
  },
  atMostMs(
    `added at half load, p99, the middle one of ${longTurns.rounds} turns`,
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
