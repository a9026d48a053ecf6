import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { parseTemplate } from '../../plane/path-template.ts';
import { pathRegex, rewritten } from '../precedence.ts';
import { connectionNames, gatewayNames } from '../../plane/headers.ts';
import { corsNames } from '../../plane/cors.ts';
import { perMinute } from './judge-route.ts';
import { answerError, block, dollar, header, literal, map, regex } from './syntax.ts';

/** nginx removes headers one by one. */
const removed = [
  'x-gateway-identity',
  'x-consumer-id',
  'x-consumer-kind',
  'x-consumer-roles',
  ...gatewayNames,
  ...connectionNames,
];

/** What a route needs outside of the server: upstreams, zones of limits, maps. */
export const routeContext = (route: GatewayRoute, name: string): string[] => {
  const { rateLimit, circuitBreaker: breaker, upstreamPath, cors } = route;
  const failures =
    breaker === null ? 'max_fails=0' : `max_fails=${breaker.failures} fail_timeout=${breaker.openSeconds}s`;
  const from = parseTemplate(route.path);
  const to =
    upstreamPath === null
      ? undefined
      : rewritten(
          from,
          parseTemplate(upstreamPath),
          (number) => `$${number}`,
          // A dollar sign of the path itself begins no variable.
          (word) => word.replaceAll('$', () => dollar),
        );
  return [
    ...block(`upstream ${name}`, [
      ...route.upstreams.map(({ url, weight }) => {
        const { hostname, port, protocol } = new URL(url);
        const at = port === '' ? (protocol === 'https:' ? 443 : 80) : port;
        return `server ${hostname}:${at} weight=${weight} ${failures};`;
      }),
      'keepalive 64;',
    ]),
    ...(rateLimit === null
      ? []
      : [`limit_req_zone $dumont_network zone=${name}:10m rate=${perMinute(rateLimit)}r/m;`]),
    ...(to === undefined
      ? []
      : [
          ...map('$dumont_path', `$${name}_rewritten`, [`${regex(pathRegex(from))} "${to.path}";`]),
          ...map(`$${name}_rewritten`, `$${name}_target`, ['"" /;', `default $${name}_rewritten;`]),
        ]),
    ...(cors === null
      ? []
      : [
          ...map('$http_origin', `$${name}_origin`, [
            '"" "";',
            ...(cors.origins.includes('*')
              ? ['default "*";']
              : cors.origins.map((origin) => `${literal(origin)} $http_origin;`)),
          ]),
          ...map(`$dumont_preflight$${name}_origin`, `$${name}_allows`, ['"~^yes." yes;']),
          ...(
            [
              ['methods', cors.methods.join(', ')],
              ['headers', cors.headers.join(', ')],
              ['age', String(cors.maxAgeSeconds)],
            ] as const
          ).flatMap(([what, value]) =>
            map(`$${name}_allows`, `$${name}_${what}`, [`yes ${literal(value)};`]),
          ),
        ]),
  ];
};

/** An empty value leaves a header out. */
const corsHeaders = ({ cors }: GatewayRoute, name: string): string[] => {
  if (cors === null) return [];
  return [
    ...(cors.origins.includes('*') ? [] : [header('vary', 'origin')]),
    header('access-control-allow-origin', `$${name}_origin`),
    ...(cors.credentials || cors.exposed.length > 0
      ? [
          ...(cors.credentials ? [header('access-control-allow-credentials', `$${name}_credentials`)] : []),
          ...(cors.exposed.length > 0 ? [header('access-control-expose-headers', `$${name}_exposed`)] : []),
        ]
      : []),
  ];
};

/** Maps of headers that come with an origin that is allowed. */
export const corsMaps = ({ cors }: GatewayRoute, name: string): string[] =>
  cors === null
    ? []
    : [
        ...map(`$${name}_origin`, `$${name}_credentials`, ['"" "";', `default "${cors.credentials}";`]),
        ...map(`$${name}_origin`, `$${name}_exposed`, [
          '"" "";',
          `default ${literal(cors.exposed.join(', '))};`,
        ]),
      ];

/** The locations of a route: its own, and one for each error that nginx itself finds. */
export const routeLocations = (route: GatewayRoute, name: string): string[] => {
  const { timeouts, rateLimit, retries, upstreams, cors, requestHeaders, responseHeaders } = route;
  const first = new URL(upstreams[0]?.url ?? '');
  const corsLines = corsHeaders(route, name);
  const seconds = rateLimit?.perSeconds ?? 1;
  const error = (what: string, ...given: Parameters<typeof answerError>): string[] =>
    block(`location @${name}_${what}`, [...corsLines, ...answerError(...given)]);
  // Of one name the last: the route's rules before what is done to every request, what the gateway says before both.
  const setHeaders = new Map([
    ['cookie', '$dumont_cookies'],
    // Of two of them the first.
    ['content-type', '$content_type'],
    ...(route.webSockets ? ([['sec-websocket-protocol', '$dumont_protocols']] as const) : []),
    ...[...requestHeaders.remove, ...removed].map((each) => [each, '""'] as const),
    ['host', route.preserveHost ? '$http_host' : literal(first.host)],
    ...Object.entries(requestHeaders.set).map(([each, value]) => [each, literal(value)] as const),
    ['x-request-id', '$dumont_id'],
    ['x-forwarded-for', '$remote_addr'],
    ['x-forwarded-host', '$http_host'],
    ['x-forwarded-proto', '$scheme'],
  ]);
  return [
    ...block(`location = /${name}`, [
      ...corsLines,
      ...(cors === null
        ? []
        : [
            header('access-control-allow-methods', `$${name}_methods`),
            header('access-control-allow-headers', `$${name}_headers`),
            header('access-control-max-age', `$${name}_age`),
          ]),
      header('x-request-id', '$dumont_id'),
      ...Object.entries(responseHeaders.set).map(([each, value]) => header(each, literal(value))),
      ...(cors === null ? [] : ['if ($dumont_preflight) { return 204; }']),
      ...(route.webSockets
        ? [
            'if ($dumont_asks_other) { rewrite ^ /http_only last; }',
            'proxy_set_header upgrade $dumont_upgrade;',
            'proxy_set_header connection $dumont_asks;',
          ]
        : [
            'if ($dumont_asks) { rewrite ^ /http_only last; }',
            'proxy_set_header upgrade "";',
            'proxy_set_header connection "";',
          ]),
      ...(rateLimit === null
        ? []
        : [
            `limit_req zone=${name}${rateLimit.requests > 1 ? ` burst=${rateLimit.requests - 1} nodelay` : ''};`,
            `error_page 429 @${name}_limited;`,
          ]),
      // Zero means any length to nginx, and none here.
      `client_max_body_size ${Math.max(1, route.maxRequestBytes)};`,
      `error_page 413 @${name}_large;`,
      `error_page 502 503 @${name}_unreachable;`,
      `error_page 504 @${name}_late;`,
      ...[...setHeaders].map(([each, value]) => `proxy_set_header ${each} ${value};`),
      'proxy_hide_header x-request-id;',
      ...[
        // Of one connection; a WebSocket tells the client that it is one.
        'proxy-authenticate',
        'proxy-connection',
        'trailer',
        ...(route.webSockets ? [] : ['upgrade']),
        ...(cors === null ? [] : corsNames),
        ...responseHeaders.remove,
        ...Object.keys(responseHeaders.set),
      ].map((each) => `proxy_hide_header ${each};`),
      `proxy_connect_timeout ${timeouts.connectMs}ms;`,
      `proxy_read_timeout ${timeouts.responseMs}ms;`,
      `proxy_send_timeout ${timeouts.idleMs}ms;`,
      ...(retries === 0
        ? ['proxy_next_upstream off;']
        : [
            'proxy_next_upstream error timeout http_502 http_503 http_504;',
            `proxy_next_upstream_tries ${retries + 1};`,
          ]),
      ...(first.protocol === 'https:'
        ? [
            'proxy_ssl_server_name on;',
            'proxy_ssl_verify on;',
            'proxy_ssl_verify_depth 5;',
            'proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;',
            `proxy_ssl_name ${first.hostname};`,
          ]
        : []),
      `proxy_pass ${first.protocol}//${name}${route.upstreamPath === null ? '$dumont_path' : `$${name}_target`}$is_args$args;`,
    ]),
    ...error('limited', 'request.rate_limited', { retryAfterSeconds: seconds }),
    ...error('large', 'request.too_large', { limitBytes: route.maxRequestBytes }),
    ...error('unreachable', 'gateway.upstream_unreachable'),
    ...error('late', 'gateway.upstream_late'),
  ];
};
