import { setTimeout as delay } from 'node:timers/promises';
import { startServerProcess } from '../packages/server/test/server-process.ts';
import { startChildServer } from './lib/child-server.ts';
import { atMostMs, percentile, report } from './lib/figures.ts';
import { runLoad, type Answered } from './lib/http-load.ts';

/**
 * The built-in gateway with a token verified, a limit, metrics and an access log, against a bare `@fastify/http-proxy`
 * in front of the same service. The two are asked by turns, so that whatever else the host does meets both.
 */
const connections = 32;
const rounds = 4;
const seconds = 2.5;
const leastRatio = 1.3;

await using service = await startChildServer(new URL('./lib/small-service.ts', import.meta.url));
await using bare = await startChildServer(new URL('./lib/bare-proxy.ts', import.meta.url), [service.url]);
await using server = await startServerProcess({
  DUMONT_OUTBOUND_ALLOW: '127.0.0.1',
  DUMONT_LOG_LEVEL: 'info',
});
const upstreams = [{ url: service.url }];
await server.client.createGatewayRoute({
  body: {
    route: {
      name: 'measured',
      path: '/menu/{proxy+}',
      upstreams,
      authentication: { mode: 'required', issuers: ['users'] },
      rateLimit: { by: 'subject', requests: 1_000_000 },
    },
  },
});
await delay(1000);

const paths = ['/menu/1', '/menu/2', '/menu/3'];
const targets = {
  ours: { url: server.gatewayUrl, token: server.token },
  bare: { url: bare.url, token: server.token },
  direct: { url: service.url },
};
const measure = async (
  names: readonly (keyof typeof targets)[],
  rate?: number,
): Promise<Record<string, Answered>> => {
  const sums: Record<string, { perSecond: number; latencies: number[] }> = {};
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const answered = await runLoad({
        ...targets[name],
        paths,
        connections,
        seconds,
        ...(rate === undefined ? {} : { requestsPerSecond: rate }),
      });
      // The first round warms all of them up.
      if (round < 0) continue;
      const sum = (sums[name] ??= { perSecond: 0, latencies: [] });
      sum.perSecond += answered.perSecond / rounds;
      sum.latencies.push(...answered.latencies);
    }
  }
  return sums;
};

const full = await measure(['ours', 'bare']);
const ours = full['ours']?.perSecond ?? 0;
const theirs = full['bare']?.perSecond ?? 0;
const half = await measure(['ours', 'direct'], ours / 2);
const p99 = percentile(half['ours']?.latencies ?? [], 0.99);
const directP99 = percentile(half['direct']?.latencies ?? [], 0.99);

report('Gateway', [
  {
    what: `requests with token, limit, metrics and access log, ${connections} connections`,
    value: `${ours.toFixed(0)}/s`,
    target: `at least ${leastRatio} x a bare @fastify/http-proxy`,
    baseline: `${(ours / theirs).toFixed(2)} x ${theirs.toFixed(0)}/s`,
    met: ours / theirs >= leastRatio,
  },
  atMostMs(
    'added at half load, p99',
    p99 - directP99,
    5,
    `${p99.toFixed(1)} ms, and ${directP99.toFixed(1)} ms without a gateway`,
  ),
]);
