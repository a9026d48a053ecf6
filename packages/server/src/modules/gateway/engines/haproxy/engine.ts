import { mkdtemp, rm } from 'node:fs/promises';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { Clock } from '../../../../kernel/clock.ts';
import { ConfigError } from '../../../../kernel/config/settings.ts';
import type { Logger } from '../../../../kernel/log.ts';
import type { Outbound } from '../../../../kernel/outbound/outbound.ts';
import type { Traffic } from '../../traffic.ts';
import { findServer } from '../find-server.ts';
import type { IssuerKeyRing } from '../issuer-key-ring.ts';
import { isOidc } from '../issuer-keys.ts';
import { createUpstreamAddresses } from '../upstream-addresses.ts';
import { renderHaproxy, type HaproxyRendering } from './render.ts';
import { ConfigurationRefused, processLines, runHaproxy, type HaproxyProcess } from './run-haproxy.ts';
import { createTrafficReader } from './traffic.ts';

/** Keys of issuers and addresses of names are looked up again after so long. */
const refreshMs = 30_000;
const countEveryMs = 2000;

/** HAProxy in front of the built-in data plane, which serves what HAProxy cannot. */
export interface HaproxyEngine extends AsyncDisposable {
  /** Resolves when the routes are live. Never rejects: a failure is logged, and what was live stays. */
  load(routes: readonly GatewayRoute[]): Promise<void>;
  /** Where the built-in plane must listen: a socket in a folder that nobody else may enter. */
  readonly planeSocket: string;
  readonly pid: number | undefined;
}

/** Throws `ConfigError` where this host has no HAProxy. */
export const startHaproxyEngine = async (deps: {
  /** Address and port to take requests at. */
  readonly bind: string;
  readonly trustProxy: boolean;
  readonly ownEndpoints: readonly string[];
  readonly logsRequests: boolean;
  readonly keyRing: IssuerKeyRing;
  readonly outbound: Pick<Outbound, 'resolve'>;
  readonly traffic: Pick<Traffic, 'add'>;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<HaproxyEngine> => {
  const { clock, log, keyRing } = deps;
  const program = findServer('haproxy');
  if (program === undefined)
    throw new ConfigError(
      'DUMONT_GATEWAY_ENGINE: found "haproxy", but this host has no program of that name (Debian: apt-get install haproxy).',
    );
  await using starting = new AsyncDisposableStack();
  // Names of sockets are short (108 bytes): not in the data folder, wherever that is.
  const folder = await mkdtemp(join(tmpdir(), 'dumont-gateway-'));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  const planeSocket = join(folder, 'plane.sock');
  const accessLog = deps.logsRequests ? openStdout() : 'ignore';
  if (typeof accessLog === 'number') starting.defer(() => closeSync(accessLog));
  const haproxy = starting.use(runHaproxy({ program, folder, accessLog, clock, log }));
  const addresses = createUpstreamAddresses(deps.outbound);
  const stop = new AbortController();

  let routes: readonly GatewayRoute[] = [];
  let loaded = '';
  let turn: Promise<void> = Promise.resolve();

  const render = (refused: ReadonlySet<string>): HaproxyRendering =>
    renderHaproxy({
      routes,
      bind: deps.bind,
      trustProxy: deps.trustProxy,
      keysOf: keyRing.keysOf,
      addressOf: addresses.addressOf,
      refused,
      process: processLines(folder),
      peer: `unix@${join(folder, 'peer.sock')}`,
      builtIn: { address: `unix@${planeSocket}`, ownEndpoints: deps.ownEndpoints },
    });
  const bringUp = async (): Promise<void> => {
    const enabled = routes.filter((route) => route.enabled);
    await Promise.all([
      keyRing.refresh(enabled.flatMap(({ authentication }) => authentication.issuers.filter(isOidc))),
      addresses.refresh(enabled),
    ]);
    const rendering = render(new Set());
    if (rendering.text === loaded) return;
    await take(haproxy, rendering, render, log);
    loaded = rendering.text;
    for (const finding of rendering.findings) log.debug({ ...finding }, 'HAProxy serves a route otherwise');
  };
  /** One after the other; whoever comes meanwhile is served by the one that is next. */
  const inTurn = (): Promise<void> => {
    turn = turn.then(bringUp).catch((error: unknown) => {
      log.error({ error }, 'HAProxy did not take the routes; it goes on with those that it has');
    });
    return turn;
  };
  const readTraffic = createTrafficReader(haproxy.adminSocket);
  const count = async (): Promise<void> => {
    // While it is being started again there is nothing to read.
    const figures = await readTraffic().catch(() => []);
    deps.traffic.add(figures, clock.now().getTime());
  };
  const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
    for (;;) {
      await clock.sleep(ms, stop.signal);
      if (stop.signal.aborted) return;
      await work();
    }
  };
  const loops = Promise.all([every(refreshMs, inTurn), every(countEveryMs, count)]);
  starting.defer(async () => {
    stop.abort();
    await loops;
    await turn;
    await count();
  });

  const resources = starting.move();
  return {
    planeSocket,
    get pid() {
      return haproxy.pid;
    },
    load: (given) => {
      routes = given;
      return inTurn();
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};

/** A route that HAProxy does not take is left to the built-in plane, so that it keeps no other from being served. */
const take = async (
  haproxy: HaproxyProcess,
  rendering: HaproxyRendering,
  render: (refused: ReadonlySet<string>) => HaproxyRendering,
  log: Logger,
): Promise<void> => {
  const refused = new Set<string>();
  for (let next = rendering; ; next = render(refused)) {
    try {
      return await haproxy.load(next);
    } catch (error) {
      if (!(error instanceof ConfigurationRefused)) throw error;
      const named = [...error.message.matchAll(/route-([0-9a-f-]{36})/g)].map(([, id = '']) => id);
      const fresh = named.filter((id) => next.served.has(id));
      if (fresh.length === 0) throw error;
      log.error({ error, routes: fresh }, 'HAProxy does not take a route; the built-in plane serves it');
      for (const id of fresh) refused.add(id);
    }
  }
};

/** Opened anew: HAProxy makes what it logs to non-blocking, which our own log must not become. */
const openStdout = (): number | 'ignore' => {
  try {
    return openSync('/proc/self/fd/1', 'a');
  } catch {
    return 'ignore';
  }
};
