import { closeSync, openSync } from 'node:fs';
import {
  startHaproxy,
  startIssuer,
} from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { routeOf } from '../packages/server/src/modules/gateway/plane-test-kit.ts';
import { report } from './lib/figures.ts';
import { startNginx, startSmallNginx } from './lib/nginx.ts';
import { runWrk } from './lib/wrk.ts';

/**
 * HAProxy with a route that verifies ES256 tokens, limits by subject and writes an access log, against an nginx that
 * only forwards, by turns in front of the same upstream.
 */
const rounds = 3;
const seconds = 4;
const connections = 64;
const leastShare = 0.7;

const ask = async (url: string, token?: string): Promise<number> =>
  (await runWrk(`${url}/`, { connections, seconds, ...(token === undefined ? {} : { token }) })).perSecond;

await using upstream = await startSmallNginx();
await using plain = await startNginx(
  (port) =>
    `upstream u { server ${new URL(upstream.url).host}; keepalive 64; keepalive_requests 10000000; }
     server { listen 127.0.0.1:${port}; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header connection ""; } }`,
);
await using issuer = await startIssuer();
const accessLog = openSync('/dev/null', 'a');
{
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
  const sums = { haproxy: 0, plain: 0 };
  for (let round = 0; round < rounds; round += 1) {
    sums.plain += (await ask(plain.url)) / rounds;
    sums.haproxy += (await ask(`http://127.0.0.1:${haproxy.port}`, token)) / rounds;
  }
  const share = sums.haproxy / sums.plain;
  report('HAProxy as the data plane of the gateway', [
    {
      what: 'requests with a token, a limit and an access log',
      value: `${Math.round(sums.haproxy)}/s`,
      target: `at least ${leastShare * 100} % of an nginx that only forwards`,
      baseline: `${(share * 100).toFixed(0)} % of its ${Math.round(sums.plain)}/s`,
      met: share >= leastShare,
    },
  ]);
}
closeSync(accessLog);
