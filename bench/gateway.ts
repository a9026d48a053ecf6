import { setTimeout as delay } from 'node:timers/promises';
import { startIssuer } from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { startServerProcess, type ServerProcess } from '../packages/server/test/server-process.ts';
import { startChildServer } from './lib/child-server.ts';
import { atMostMs, middle, ms, percentile, report } from './lib/figures.ts';
import { runH2load } from './lib/h2load.ts';
import { startSmallNginx } from './lib/nginx.ts';
import { mainThreadMs, threadsMs } from './lib/process-time.ts';
import { runWrk } from './lib/wrk.ts';

/**
 * The built-in gateway with a token verified, a limit, metrics and an access log, in as many threads as it has by itself
 * and in one, against a bare `@fastify/http-proxy` in front of the same service. What is compared is asked by turns, so that whatever else the host
 * does meets all of it, and is started anew several times: what a process is dealt at its start (compiled code,
 * memory, cores) it keeps, and makes one faster than another by a fifth.
 */
const connections = 32;
const starts = 4;
/** As fast as they are answered. */
const fullTurns = { warmUpSeconds: 5, rounds: 3, seconds: 2 };
/** At a pace: each long enough for a percentile. */
const pacedTurns = { warmUpSeconds: 1, rounds: 3, seconds: 2 };
const leastRatio = 1.3;
const planeStarts = 2;
const planeTurns = { warmUpSeconds: 4, rounds: 8, seconds: 1 };
const mostMetricsShare = 0.03;

interface Target {
  readonly url: string;
  readonly token?: string;
  readonly pid: number;
}
interface Turns {
  readonly perSecond: number[];
  /** The 99th percentile of the times of each turn's answers, in milliseconds. */
  readonly p99: number[];
  /** Processor time for each request, by turn. */
  readonly usEach: number[];
}
interface Answered {
  readonly perSecond: number;
  readonly requests: number;
  readonly p99?: number;
}

const noTurns = (): Turns => ({ perSecond: [], p99: [], usEach: [] });

/** Each target by turns, after a turn that warms all of them up. */
const byTurns = async <Name extends string, Asked extends Target>(
  targets: Readonly<Record<Name, Asked>>,
  turns: { readonly warmUpSeconds: number; readonly rounds: number; readonly seconds: number },
  ask: (target: Asked, seconds: number) => Promise<Answered>,
  all: Readonly<Record<Name, Turns>>,
  spentMs: (pid: number) => Promise<number> = threadsMs,
): Promise<void> => {
  const names = Object.keys(targets) as Name[];
  for (let round = -1; round < turns.rounds; round += 1) {
    // Nobody is always the first, nor always after the same other.
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const target = targets[name];
      const before = await spentMs(target.pid);
      const answered = await ask(target, round < 0 ? turns.warmUpSeconds : turns.seconds);
      if (round < 0) continue;
      const after = await spentMs(target.pid);
      all[name].perSecond.push(answered.perSecond);
      if (answered.p99 !== undefined) all[name].p99.push(answered.p99);
      all[name].usEach.push(((after - before) * 1000) / answered.requests);
    }
  }
};

const tokenOf = ({ token }: Target): { token?: string } => (token === undefined ? {} : { token });

/** As many as are answered. */
const askFast = (target: Target, seconds: number): Promise<Answered> =>
  runWrk(`${target.url}/menu/1`, { connections, seconds, ...tokenOf(target) });

/** At a pace, each answer timed. */
const askAt =
  (requestsPerSecond: number) =>
  async (target: Target, seconds: number): Promise<Answered> => {
    const load = { connections, seconds, requestsPerSecond, ...tokenOf(target) };
    const latencies = await runH2load(`${target.url}/menu/1`, load);
    return {
      perSecond: latencies.length / seconds,
      p99: percentile(latencies, 0.99),
      requests: latencies.length,
    };
  };

await using service = await startSmallNginx();
const startGateway = async (environment: Record<string, string> = {}): Promise<ServerProcess> => {
  const server = await startServerProcess({
    DUMONT_OUTBOUND_ALLOW: '127.0.0.1',
    DUMONT_LOG_LEVEL: 'info',
    ...environment,
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
  return server;
};
const full = { ours: noTurns(), alone: noTurns(), bare: noTurns() };
const half = { ours: noTurns(), bare: noTurns(), direct: noTurns() };
for (let start = 0; start < starts; start += 1) {
  await using bareProxy = await startChildServer(new URL('./lib/bare-proxy.ts', import.meta.url), [
    service.url,
  ]);
  await using server = await startGateway();
  await using single = await startGateway({ DUMONT_GATEWAY_THREADS: '1' });
  await delay(1000);
  const { token } = server;
  const ours = { url: server.gatewayUrl, pid: server.pid, token };
  const alone = { url: single.gatewayUrl, pid: single.pid, token: single.token };
  const bare = { url: bareProxy.url, pid: bareProxy.pid, token };
  await byTurns({ ours, alone, bare }, fullTurns, askFast, full);
  const pace = middle(full.ours.perSecond.slice(-fullTurns.rounds)) / 2;
  // Without a gateway it is the same service, whose own time is not looked at.
  const direct = { url: service.url, pid: process.pid };
  await byTurns({ ours, bare, direct }, pacedTurns, askAt(pace), half);
}

/** A plane without the server around it, that records metrics or does not, as it is told: nothing else is another. */
const planes = { on: noTurns(), off: noTurns() };
await using issuer = await startIssuer();
for (let start = 0; start < planeStarts; start += 1) {
  await using plane = await startChildServer(new URL('./lib/plane.ts', import.meta.url), [
    service.url,
    issuer.url,
  ]);
  const token = await issuer.sign();
  const told = {
    on: { ...plane, token, signal: 'SIGUSR2' },
    off: { ...plane, token, signal: 'SIGHUP' },
  } as const;
  const askTold = async (target: (typeof told)[keyof typeof told], seconds: number): Promise<Answered> => {
    process.kill(target.pid, target.signal);
    await delay(50);
    return askFast(target, seconds);
  };
  await byTurns(told, planeTurns, askTold, planes, mainThreadMs);
}
const metricsShare = middle(
  planes.on.usEach.map((on, turn) => 1 - (planes.off.usEach[turn] ?? Number.NaN) / on),
);

const us = ({ usEach }: Turns): string => `${middle(usEach).toFixed(0)} us`;
const besideBare = ({ perSecond }: Turns): number =>
  middle(perSecond.map((each, turn) => each / (full.bare.perSecond[turn] ?? Number.NaN)));
const ratio = besideBare(full.ours);
const p99 = { ours: middle(half.ours.p99), bare: middle(half.bare.p99), direct: middle(half.direct.p99) };

report('Gateway', [
  {
    what: `requests with token, limit, metrics and access log, ${connections} connections`,
    value: `${middle(full.ours.perSecond).toFixed(0)}/s`,
    target: `at least ${leastRatio} x a bare @fastify/http-proxy`,
    baseline: `${ratio.toFixed(2)} x ${middle(full.bare.perSecond).toFixed(0)}/s of one process, the middle one of ${full.ours.perSecond.length} turns of ${starts} processes each; processor time for each ${us(full.ours)}, bare ${us(full.bare)}`,
    met: ratio >= leastRatio,
  },
  {
    what: 'the same with one thread instead of two',
    value: `${middle(full.alone.perSecond).toFixed(0)}/s`,
    target: null,
    baseline: `${besideBare(full.alone).toFixed(2)} x the bare one; processor time for each ${us(full.alone)}`,
    met: null,
  },
  atMostMs(
    `added at half load, p99, the middle one of ${half.ours.p99.length} turns`,
    p99.ours - p99.direct,
    5,
    `${ms(p99.ours)}, and ${ms(p99.direct)} without a gateway`,
  ),
  {
    what: 'what a bare @fastify/http-proxy adds at the same rate, p99',
    value: ms(p99.bare - p99.direct),
    target: null,
    baseline: `processor time for each request ${us(half.ours)}, bare ${us(half.bare)}`,
    met: null,
  },
  {
    what: `processor time of its thread that metrics cost, the middle one of ${planes.on.usEach.length} turns`,
    value: `${(metricsShare * 100).toFixed(1)} %`,
    target: `at most ${mostMetricsShare * 100} %`,
    baseline: `${middle(planes.on.perSecond).toFixed(0)}/s with metrics, ${middle(planes.off.perSecond).toFixed(0)}/s with ones that record nothing`,
    met: metricsShare <= mostMetricsShare,
  },
]);
