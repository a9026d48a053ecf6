import { gatewayMethods, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { hostRegex, inOrder, pathRegex, type Entry } from '../precedence.ts';
import { findingsOf, type Rendering } from '../rendering.ts';
import { clientMaps } from './client-maps.ts';
import { judgeForNginx } from './judge-route.ts';
import { corsMaps, routeContext, routeLocations } from './route.ts';
import { answerError, block, header, map, regex } from './syntax.ts';

export interface NginxInput {
  readonly routes: readonly GatewayRoute[];
  /** Address and port to take requests at. */
  readonly bind: string;
  /** Lines of the main context and of `http`, of the process that it is for. */
  readonly process: { readonly main: readonly string[]; readonly http: readonly string[] };
}

const place = ({ host, template }: Entry): string =>
  `${host === '' ? String.raw`\S*` : `(?i:${hostRegex(host).slice(1, -1)})`} ${pathRegex(template).slice(1)}`;
const methodsOf = ({ route: { methods } }: Entry): string =>
  methods.length === 0 ? String.raw`\S+` : `(?:${methods.join('|')})`;

/** Which location takes a request; then what would take it with another method. */
const places = (entries: readonly Entry[], nameOf: (route: GatewayRoute) => string): string[] => {
  const methods = gatewayMethods.toSorted();
  return [
    ...map('$dumont_method $dumont_host $dumont_path', '$dumont_taken', [
      'default nobody;',
      ...entries.map((entry) => `${regex(`^${methodsOf(entry)} ${place(entry)}`)} ${nameOf(entry.route)};`),
    ]),
    ...map('$dumont_refused', '$dumont_place', ['"" $dumont_taken;', 'default refused;']),
    ...methods.flatMap((method) =>
      map(
        '$dumont_host $dumont_path',
        `$dumont_takes_${method.toLowerCase()}`,
        entries
          .filter(({ route }) => route.methods.includes(method))
          .map((entry) => `${regex(`^${place(entry)}`)} "${method}, ";`),
      ),
    ),
    ...map(methods.map((method) => `$dumont_takes_${method.toLowerCase()}`).join(''), '$dumont_allowed', [
      '"~^(?<dumont_all>.+), $" $dumont_all;',
    ]),
  ];
};

/**
 * A configuration of nginx 1.22 for all enabled routes. A route that would be less protected than it asks for is
 * answered 501; every difference is a finding. What is no HTTP nginx answers in its own words.
 */
export const renderNginx = ({ routes, bind, process }: NginxInput): Rendering => {
  const judged = routes.filter(({ enabled }) => enabled).map((route) => ({ route, ...judgeForNginx(route) }));
  const served = judged.filter((each) => each.served).map(({ route }) => route);
  const names = new Map(served.map((route, index) => [route.id, `route_${index + 1}`]));
  const nameOf = ({ id }: GatewayRoute): string => names.get(id) ?? 'unserved';
  const entries = inOrder(routes);
  const http = [
    ...process.http,
    'server_tokens off;',
    'map_hash_bucket_size 512;',
    'variables_hash_max_size 4096;',
    // A name of a header has up to a hundred characters.
    'proxy_headers_hash_bucket_size 256;',
    'proxy_headers_hash_max_size 4096;',
    'limit_req_status 429;',
    'large_client_header_buffers 4 32k;',
    'client_header_timeout 15s;',
    'keepalive_timeout 72s;',
    'proxy_http_version 1.1;',
    'geo $dumont_dollar { default "$"; }',
    ...clientMaps(),
    ...places(entries, nameOf),
    ...served.flatMap((route) => [...routeContext(route, nameOf(route)), ...corsMaps(route, nameOf(route))]),
    ...block('server', [
      `listen ${bind};`,
      'rewrite ^ /$dumont_place last;',
      ...served.flatMap((route) => routeLocations(route, nameOf(route))),
      ...block('location = /nobody', [
        header('allow', '$dumont_allowed'),
        `if ($dumont_allowed = "") { rewrite ^ /nothing last; }`,
        ...answerError('request.method', {}, { method: '$dumont_method', allowed: '$dumont_allowed' }),
      ]),
      ...block('location = /nothing', answerError('gateway.no_route')),
      ...block('location = /unserved', answerError('gateway.route_not_served')),
      ...block(
        'location = /refused',
        answerError('gateway.request_refused', {}, { reason: '$dumont_refused' }),
      ),
      ...block(
        'location = /http_only',
        answerError('gateway.request_refused', { reason: 'this address speaks HTTP only' }),
      ),
    ]),
  ];
  return {
    text: `${[...process.main, ...block('events', ['worker_connections 4096;']), ...block('http', http)].join('\n')}\n`,
    findings: judged.flatMap(({ route, served: isServed, messages }) =>
      findingsOf(route, isServed ? messages : messages.map((message) => `Not served: ${message}.`)),
    ),
  };
};
