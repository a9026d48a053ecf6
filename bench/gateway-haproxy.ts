import { closeSync, openSync } from 'node:fs';
import {
  startHaproxy,
  startIssuer,
} from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { routeOf } from '../packages/server/src/modules/gateway/plane-test-kit.ts';
import { middle, report } from './lib/figures.ts';
import { startNginx, startSmallNginx } from './lib/nginx.ts';
import { runWrk } from './lib/wrk.ts';

/**
 * HAProxy with a route that verifies ES256 tokens, limits by subject and writes an access log, against an nginx that
 * only forwards, by turns in front of the same upstream, each started anew several times: what a process is dealt at
 * its start it keeps.
 */
const starts = 4;
const rounds = 4;
const seconds = 2;
const connections = 64;
const leastShare = 0.7;

const ask = async (url: string, token?: string): Promise<number> =>
  (await runWrk(`${url}/`, { connections, seconds, ...(token === undefined ? {} : { token }) })).perSecond;

await using upstream = await startSmallNginx();
await using issuer = await startIssuer();
const accessLog = openSync('/dev/null', 'a');
const perSecond: { haproxy: number; plain: number }[] = [];
for (let start = 0; start < starts; start += 1) {
  await using plain = await startNginx(
    (port) =>
      `upstream u { server ${new URL(upstream.url).host}; keepalive 64; keepalive_requests 10000000; }
       server { listen 127.0.0.1:${port}; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header connection ""; } }`,
  );
  await using haproxy = await startHaproxy(
    [
      routeOf({
        upstreams: [{ url: upstream.url }],
        authentication: {
          mode: 'required',
          issuers: [{ issuer: issuer.url, audience: 'shop' }],
          scopes: ['orders'],
        },
        rateLimit: { by: 'subject', requests: 1_000_000, perSeconds: 1 },
      }),
    ],
    issuer,
    { accessLog },
  );
  const token = await issuer.sign();
  for (let round = 0; round < rounds; round += 1) {
    const ofPlain = await ask(plain.url);
    const ofHaproxy = await ask(`http://127.0.0.1:${haproxy.port}`, token);
    perSecond.push({ haproxy: ofHaproxy, plain: ofPlain });
  }
}
closeSync(accessLog);
const share = middle(perSecond.map(({ haproxy, plain }) => haproxy / plain));
report('HAProxy as the data plane of the gateway', [
  {
    what: 'requests with a token, a limit and an access log',
    value: `${Math.round(middle(perSecond.map(({ haproxy }) => haproxy)))}/s`,
    target: `at least ${leastShare * 100} % of an nginx that only forwards`,
    baseline: `${(share * 100).toFixed(0)} % of its ${Math.round(middle(perSecond.map(({ plain }) => plain)))}/s, the middle one of ${perSecond.length} turns of ${starts} processes each`,
    met: share >= leastShare,
  },
]);
