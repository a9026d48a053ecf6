import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { isOidc, type IssuerKeys, type OidcIssuer } from '../issuer-keys.ts';
import { homeEndpoints } from '../../plane/home.ts';
import { inOrder } from '../precedence.ts';
import { findingsOf, type Rendering } from '../rendering.ts';
import { backendOf, limitedTable, renderRoute } from './backend.ts';
import { builtInBackend, renderFrontend, renderNobody } from './frontend.ts';
import { judgeForHaproxy } from './judge-route.ts';
import { errorHeader, ownError, refuse, section } from './syntax.ts';
import { keyFile, renderTokenTable, tokenTable } from './tokens.ts';
import type { AddressOf } from './upstreams.ts';

export interface HaproxyInput {
  readonly routes: readonly GatewayRoute[];
  /** Address and port to take requests at. */
  readonly bind: string;
  readonly trustProxy: boolean;
  /** Undefined where they could not be read. */
  readonly keysOf: (issuer: OidcIssuer) => IssuerKeys | undefined;
  readonly addressOf: AddressOf;
  /** Ids of routes that HAProxy did not take before: one of them must not keep all others from being served. */
  readonly refused?: ReadonlySet<string>;
  /** Lines of the section `global`, of the process that it is for. */
  readonly process: readonly string[];
  /** Where tables are handed over to the next process at a reload. */
  readonly peer: string;
  /** The built-in data plane beside it, for what HAProxy cannot do. */
  readonly builtIn: { readonly address: string; readonly ownEndpoints: readonly string[] } | undefined;
}

export interface HaproxyRendering extends Rendering {
  /** Public keys, by the names that the configuration gives them, relative to its own folder. */
  readonly keyFiles: ReadonlyMap<string, string>;
  /** Ids of the routes that HAProxy serves itself. */
  readonly served: ReadonlySet<string>;
}

const unserved = 'unserved';

/**
 * A configuration of HAProxy 2.6 for all enabled routes. What it could only serve with less protection than a route
 * asks for goes to the built-in plane, or is answered 501 where there is none; each difference is a finding.
 */
export const renderHaproxy = (input: HaproxyInput): HaproxyRendering => {
  const { builtIn, keysOf, addressOf } = input;
  const routes = input.routes.filter(({ enabled }) => enabled);
  const judged = routes.map((route) => ({
    route,
    ...judgeForHaproxy(route, keysOf, addressOf, input.refused?.has(route.id) === true),
  }));
  const served = judged.filter((each) => each.served).map(({ route }) => route);
  const servedIds = new Set(served.map(({ id }) => id));
  const elsewhere = builtIn === undefined ? unserved : builtInBackend;
  const sourcesOf = ({ authentication }: GatewayRoute): IssuerKeys[] =>
    authentication.mode === 'none'
      ? []
      : authentication.issuers.filter(isOidc).flatMap((issuer) => keysOf(issuer) ?? []);
  const guarded = served.filter(({ authentication }) => authentication.mode !== 'none');
  const tables = new Set(guarded.map((route) => tokenTable(route.authentication, sourcesOf(route))));
  const keys = guarded.flatMap(sourcesOf).flatMap((source) => source.keys);
  const entries = inOrder(routes);
  const prefix = builtIn === undefined ? 'Not served' : 'Served by the built-in data plane';

  const text = [
    section('global', [
      'log stdout format raw local0 info',
      // Room for a head of 11 KiB: a token of 8 with 3 besides. To be able to try again, HAProxy copies a whole buffer
      // at each request, so that room costs.
      'tune.bufsize 12288',
      // As many as the built-in plane takes in a head of this size.
      'tune.http.maxhdr 1000',
      'hard-stop-after 1h',
      ...input.process,
    ]),
    section('defaults', [
      'mode http',
      // The built-in plane speaks HTTP/1 only, and so do the rules.
      'option disable-h2-upgrade',
      'option idle-close-on-response',
      'option http-keep-alive',
      'timeout http-request 15s',
      'timeout http-keep-alive 72s',
      'timeout client 60s',
      'timeout connect 2s',
      'timeout server 30s',
      'timeout tunnel 1h',
      ownError(400, 'request.malformed', { reason: 'it is not HTTP' }),
      ownError(408, 'request.timeout'),
      ownError(500, 'server.unexpected'),
      ownError(502, 'gateway.upstream_broke_off'),
      // A server that took no connection; that there is none to ask is told before. The frontend makes it 502.
      ownError(503, 'gateway.upstream_unreachable'),
      ownError(504, 'gateway.upstream_late'),
    ]),
    section('peers dumont', [`bind ${input.peer}`, 'server local']),
    renderFrontend(entries, {
      bind: input.bind,
      trustProxy: input.trustProxy,
      ownEndpoints: builtIn?.ownEndpoints ?? [],
      fallbacks: builtIn === undefined ? [] : homeEndpoints,
      backendOf: (route) => (servedIds.has(route.id) ? backendOf(route) : elsewhere),
    }),
    renderNobody(entries),
    section(`backend ${limitedTable}`, ['stick-table type string len 37 size 10k store gpc0']),
    builtIn === undefined
      ? section(`backend ${unserved}`, [refuse('gateway.route_not_served', {}, [])])
      : // What it may take, and for how long, the built-in plane knows.
        section(`backend ${builtInBackend}`, [
          'timeout server 610s',
          'http-reuse always',
          `http-response del-header ${errorHeader}`,
          `server built-in ${builtIn.address}`,
        ]),
    ...[...tables].map(renderTokenTable),
    ...served.map((route) => renderRoute(route, sourcesOf(route), addressOf)),
  ].join('\n');

  return {
    text,
    findings: judged.flatMap(({ route, messages, served: isServed }) =>
      findingsOf(route, isServed ? messages : messages.map((message) => `${prefix}: ${message}.`)),
    ),
    keyFiles: new Map(keys.map((key) => [keyFile(key), key.pem])),
    served: servedIds,
  };
};
