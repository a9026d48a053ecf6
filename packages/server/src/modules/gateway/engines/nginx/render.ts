import { gatewayMethods, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { takenMethods } from '../../plane/target.ts';
import { hostRegex, inOrder, pathRegex, type Entry } from '../precedence.ts';
import { findingsOf, type Rendering } from '../rendering.ts';
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

/** As `plane/target.ts` has it. */
const refusals: readonly (readonly [string, string])[] = [
  ['^method', 'its method is not taken'],
  ['^nowhere', 'it names no host'],
  ['^host', 'its host is no name'],
  ['^[^/]', 'the address must begin with /'],
  [String.raw`[^!-~]|#`, 'the address holds characters that must be encoded'],
  [String.raw`(?i)^[^?]*(%2f|%5c|%00|\\)`, 'the path hides a separator'],
  [
    '(?i)^(?!([^%?]|%[0-7][0-9a-f]|%(c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e0%[ab][0-9a-f]%[89ab][0-9a-f]|%e[1-9a-cef](%[89ab][0-9a-f]){2}|%ed%[89][0-9a-f]%[89ab][0-9a-f]|%f0%[9ab][0-9a-f](%[89ab][0-9a-f]){2}|%f[1-3](%[89ab][0-9a-f]){3}|%f4%8[0-9a-f](%[89ab][0-9a-f]){2})*([?]|$))',
    'the path is not percent-encoded UTF-8',
  ],
  [String.raw`(?i)^[^?]*/(\.|%2e){1,2}(/|;|%3b|[?]|$)`, 'the path holds . or .. as a segment'],
  [String.raw`(?i)^[^?]*%(2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])`, 'the path hides letters'],
  ['^[^?]*//', 'the path holds an empty segment'],
];

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
    'limit_req_status 429;',
    'large_client_header_buffers 4 32k;',
    'client_header_timeout 15s;',
    'keepalive_timeout 72s;',
    'proxy_http_version 1.1;',
    'geo $dumont_dollar { default "$"; }',
    ...map('$http_x_request_id', '$dumont_id', [
      '"~^[A-Za-z0-9_-]{8,64}$" $http_x_request_id;',
      'default $request_id;',
    ]),
    ...map('$request_uri', '$dumont_path', ['"~^(?<dumont_before>[^?]*)" $dumont_before;']),
    // What nginx makes of a host itself is another one: it takes anything after a colon for a port.
    ...map('$http_host', '$dumont_host', [String.raw`"~^(?<dumont_name>.*?)[.]?(:\d+)?$" $dumont_name;`]),
    ...map('$request_method', '$dumont_odd_method', [
      'default method;',
      ...takenMethods.map((method) => `${method} "";`),
    ]),
    ...map('$http_host', '$dumont_odd_host', ['"" nowhere;', `${regex(String.raw`[^\w.:[\]-]`)} host;`]),
    // nginx hides the host of an address that has one.
    ...map('$request', '$dumont_absolute', [`${regex(String.raw`^\S+ [^/]`)} absolute;`]),
    ...map(
      '$dumont_odd_method$dumont_odd_host$dumont_absolute$request_uri',
      '$dumont_refused',
      refusals.map(([expression, reason]) => `${regex(expression)} "${reason}";`),
    ),
    // A preflight is about the method that it asks for.
    ...map('$request_method $http_access_control_request_method', '$dumont_method', [
      String.raw`"~^OPTIONS (?<dumont_asked>\S+)$" $dumont_asked;`,
      'default $request_method;',
    ]),
    ...map('$request_method:$http_origin:$http_access_control_request_method', '$dumont_preflight', [
      '"~^OPTIONS:.+:[A-Z]+$" yes;',
    ]),
    ...map('$http_upgrade', '$dumont_upgrade', ['"~*^websocket$" websocket;']),
    ...map('$http_upgrade', '$dumont_connection', ['"~*^websocket$" upgrade;']),
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
