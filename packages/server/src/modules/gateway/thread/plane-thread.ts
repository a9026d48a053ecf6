import { parentPort, workerData } from 'node:worker_threads';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { createBoundedMap } from '../../../kernel/bounded-map.ts';
import { systemClock as clock } from '../../../kernel/clock.ts';
import { createAnswerCounter } from '../../../kernel/http/request-metrics.ts';
import { releaseMemoryWhenIdle } from '../../../kernel/idle-memory.ts';
import { gatherLines } from '../../../kernel/log-destination.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createOutbound } from '../../../kernel/outbound/outbound.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import type { TokenVerifier } from '../consumers.ts';
import { startHealthChecks } from '../health-checks.ts';
import { createOwnEndpoints } from '../own-endpoints.ts';
import { createPlane } from '../plane/plane.ts';
import { mostConnections } from '../plane/upstream-pools.ts';
import { createRequestLog } from '../request-log.ts';
import { createRouteCounter } from '../traffic.ts';
import { createAskedVerifiers } from '../verifiers/asked.ts';
import type { OidcIssuer } from '../verifiers/oidc.ts';
import type { PlaneCalls, PlaneSettings, RouteHealth, ServerCalls } from './calls.ts';
import { connectCalls } from './connect.ts';

/** How late the server learns what is counted here. */
const reportEveryMs = 500;
/** Of the log at once: a message wakes the server, which has other work. */
const logChars = 64 * 1024;
/** Of more issuers the one that no route named for longest is begun anew. */
const maxIssuers = 1000;

if (parentPort === null) throw new Error('This program is a thread of the server.');
const settings = workerData as PlaneSettings;

const calls: PlaneCalls = {
  listen: async (at) => {
    await plane.listen(at);
    return plane.server.address();
  },
  load: async (routes) => plane.load(routes),
  find: async (host, method, target) => {
    const route = plane.find(host, method, target);
    return route && { id: route.id, name: route.name };
  },
  drainCounts: async (isAlone) => {
    const counts = plane.limits.drain();
    return isAlone ? [] : counts;
  },
  learnCounts: (counts) => plane.limits.learn(counts),
  forget: (change) => asked.forget(change),
  close: async () => {
    memory[Symbol.dispose]();
    stop.abort();
    await Promise.all([checks[Symbol.asyncDispose](), plane[Symbol.asyncDispose](), reporting]);
    // What the last requests left.
    report();
    lines.handOver();
  },
};
const server = connectCalls<ServerCalls, PlaneCalls>(parentPort, calls, ['log', 'report']);

const lines = gatherLines(logChars, (text) => void server.log(text));
const log = createLogger(settings.logLevel, lines);
const outbound = createOutbound({ allow: settings.outboundAllow, clock, log });
const asked = createAskedVerifiers({ clock, vouch: server.vouch });
const issuers = createBoundedMap<TokenVerifier>(maxIssuers);
const traffic = createRouteCounter();
const answers = createAnswerCounter();
const stop = new AbortController();

/** What verifies tokens of others takes some memory, which those who have no such issuer need not. */
const verifierOf = (issuer: OidcIssuer): TokenVerifier => {
  let verifier: TokenVerifier | undefined;
  return {
    recall: (token) => verifier?.recall(token),
    verify: async (token) => {
      if (verifier === undefined) {
        const { createOidcVerifier } = await import('../verifiers/oidc.ts');
        verifier ??= createOidcVerifier(issuer, { clock, outbound });
      }
      return verifier.verify(token);
    },
  };
};

const verifiersOf = ({ projectId, authentication }: GatewayRoute): readonly TokenVerifier[] =>
  authentication.issuers.map((issuer) => {
    if (typeof issuer === 'string') return asked.of(issuer, projectId);
    // One for each, so that what it remembers serves all of its routes and outlives their changes.
    const key = JSON.stringify(issuer);
    const verifier = issuers.get(key) ?? verifierOf(issuer);
    issuers.set(key, verifier);
    return verifier;
  });

const plane = createPlane({
  clock,
  random: createSystemRandom(clock),
  outbound,
  sign: server.sign,
  verifiersOf,
  ownEndpoints: createOwnEndpoints({
    authenticate: (request) => server.askDoor('authenticate', request),
    validate: (request) => server.askDoor('validate', request),
    register: (request) => server.askDoor('register', request),
    jwks: server.jwks,
  }),
  trustProxy: settings.trustProxy,
  limitMemory: settings.limitMemory,
  sharesPort: settings.threads > 1,
  upstreamConnections: Math.ceil(mostConnections / settings.threads),
  observe: createRequestLog({ log, metrics: answers, traffic }),
});
const memory = releaseMemoryWhenIdle();
const checks = startHealthChecks({ clock, routes: () => plane.routes });

let toldHealth = '';
/** All of it, where anything of it changed. */
const changedHealth = (): readonly RouteHealth[] | undefined => {
  const health = plane.routes.flatMap(({ id, upstreams }) =>
    upstreams.map((upstream) => ({ ...upstream.health(), routeId: id })),
  );
  const text = JSON.stringify(health);
  if (text === toldHealth) return undefined;
  toldHealth = text;
  return health;
};

const report = (): void => {
  const told = { traffic: traffic.take(), answers: answers.take(), health: changedHealth() };
  if (told.traffic.length + told.answers.length > 0 || told.health !== undefined) void server.report(told);
};

const reporting = (async () => {
  while (!stop.signal.aborted) {
    report();
    await clock.sleep(reportEveryMs, stop.signal);
  }
})();
