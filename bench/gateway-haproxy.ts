import { execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  freePort,
  runNginx,
  startHaproxy,
  startIssuer,
} from '../packages/server/src/modules/gateway/engines/engines-test-kit.ts';
import { findServer } from '../packages/server/src/modules/gateway/engines/find-server.ts';
import { routeOf } from '../packages/server/src/modules/gateway/plane-test-kit.ts';
import { report } from './lib/figures.ts';

/**
 * HAProxy with a route that verifies ES256 tokens, limits by subject and writes an access log, against an nginx that
 * only forwards, by turns in front of the same upstream. Asked by `wrk`: a load of our own would be what is measured.
 */
const rounds = 3;
const seconds = 4;
const connections = 64;
const leastShare = 0.7;

const program = (name: string): string => {
  const found = findServer(name);
  if (found === undefined) throw new Error(`This benchmark needs ${name} (Debian: apt-get install ${name}).`);
  return found;
};

const startNginx = (port: number, http: string): Promise<AsyncDisposable> =>
  runNginx(
    port,
    (process) =>
      `${process.main.join(' ')} events { worker_connections 1024; }
       http { ${process.http.join(' ')} keepalive_requests 10000000; ${http} }`,
  );

const perSecond = async (port: number, token?: string): Promise<number> => {
  const headers = token === undefined ? [] : ['-H', `authorization: Bearer ${token}`];
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`];
  const { stdout } = await promisify(execFile)(program('wrk'), [
    ...load,
    ...headers,
    `http://127.0.0.1:${port}/`,
  ]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
};

const upstreamPort = await freePort();
const plainPort = await freePort();
await using _upstream = await startNginx(
  upstreamPort,
  `server { listen 127.0.0.1:${upstreamPort}; location / { return 200 "an answer of thirty characters"; } }`,
);
await using _plain = await startNginx(
  plainPort,
  `upstream u { server 127.0.0.1:${upstreamPort}; keepalive 64; keepalive_requests 10000000; }
   server { listen 127.0.0.1:${plainPort}; location / { proxy_pass http://u; proxy_http_version 1.1; proxy_set_header connection ""; } }`,
);
await using issuer = await startIssuer();
const accessLog = openSync('/dev/null', 'a');
{
  await using haproxy = await startHaproxy(
    [
      routeOf({
        upstreams: [{ url: `http://127.0.0.1:${upstreamPort}` }],
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
    sums.plain += (await perSecond(plainPort)) / rounds;
    sums.haproxy += (await perSecond(haproxy.port, token)) / rounds;
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
