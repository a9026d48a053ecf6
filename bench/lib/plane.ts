import type { AddressInfo } from 'node:net';
import { systemClock } from '../../packages/server/src/kernel/clock.ts';
import { createAnswerCounter } from '../../packages/server/src/kernel/http/request-metrics.ts';
import { createLogger } from '../../packages/server/src/kernel/log.ts';
import { createOutbound } from '../../packages/server/src/kernel/outbound/outbound.ts';
import { isOidc } from '../../packages/server/src/modules/gateway/engines/issuer-keys.ts';
import { random, routeOf } from '../../packages/server/src/modules/gateway/plane-test-kit.ts';
import { createPlane } from '../../packages/server/src/modules/gateway/plane/plane.ts';
import { createRequestLog } from '../../packages/server/src/modules/gateway/request-log.ts';
import { createRouteCounter } from '../../packages/server/src/modules/gateway/traffic.ts';
import { createOidcVerifier } from '../../packages/server/src/modules/gateway/verifiers/oidc.ts';

/**
 * The gateway's data plane without the server around it: tokens, limits and an access log as ever, with its metrics
 * and the traffic of its routes; from a HUP on with ones that record nothing, until a USR2. Arguments: upstream and
 * issuer.
 */
const [, , upstream = '', issuer = ''] = process.argv;
const clock = systemClock;
const log = createLogger('info');
const outbound = createOutbound({ allow: ['127.0.0.1'], clock, log });
const recording = createRequestLog({
  log,
  metrics: createAnswerCounter(),
  traffic: createRouteCounter(),
});
const silent = createRequestLog({
  log,
  metrics: { observe: () => undefined },
  traffic: { count: () => undefined },
});
let observe = recording;
process.on('SIGHUP', () => (observe = silent)).on('SIGUSR2', () => (observe = recording));
const plane = createPlane({
  clock,
  random,
  outbound,
  sign: async () => '',
  verifiersOf: ({ authentication }) =>
    authentication.issuers.filter(isOidc).map((each) => createOidcVerifier(each, { clock, outbound })),
  ownEndpoints: new Map(),
  trustProxy: false,
  observe: (...given) => observe(...given),
});
plane.load([
  routeOf({
    path: '/menu/{proxy+}',
    upstreams: [{ url: upstream }],
    authentication: { mode: 'required', issuers: [{ issuer, audience: 'shop' }] },
    rateLimit: { by: 'subject', requests: 1_000_000 },
  }),
]);
await plane.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${(plane.server.address() as AddressInfo).port}\n`);
