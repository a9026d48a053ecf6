import { isIP } from 'node:net';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { parseTemplate } from '../../plane/path-template.ts';
import type { IssuerKeys } from '../issuer-keys.ts';
import { pathRegex, rewritten } from '../precedence.ts';
import { corsRules } from './cors.ts';
import {
  errorHeader,
  exists,
  fits,
  headerValue,
  is,
  literal,
  not,
  quote,
  refuse,
  section,
  setText,
  setVar,
  when,
} from './syntax.ts';
import { asksForUpgrade, asksForWebSocket, headersByRule, withoutTokenProtocol } from './request-headers.ts';
import { renderAdmission } from './tokens.ts';
import { upstreamHosts, type AddressOf } from './upstreams.ts';

export const backendOf = ({ id }: Pick<GatewayRoute, 'id'>): string => `route-${id}`;
/** Counts what limits refused, by route: HAProxy's own figures do not tell them from other answers 4xx. */
export const limitedTable = 'limited';

/** Whoever nothing vouches for stays out, whatever the rules that judge tokens did. */
const refusals = ({ authentication: { mode } }: GatewayRoute): string[] =>
  mode === 'none'
    ? []
    : [
        ...(['auth.token_invalid', 'gateway.scope_missing'] as const).map((code) =>
          refuse(code, {}, [is('var(txn.fail)', code)]),
        ),
        ...(mode === 'required' ? [refuse('auth.required', {}, [not(exists('var(txn.subject)'))])] : []),
      ];

const upgrades = ({ webSockets }: GatewayRoute): string =>
  refuse('gateway.request_refused', { reason: 'this address speaks HTTP only' }, [
    asksForUpgrade,
    ...(webSockets ? [not(asksForWebSocket)] : []),
  ]);

const keyChars = 128;

/** Only what is let through counts, as in the built-in plane; whoever tries tokens is counted by their address. */
const limits = ({ id, rateLimit }: GatewayRoute): string[] => {
  if (rateLimit === null) return [];
  const { by, requests, perSeconds } = rateLimit;
  const over = `{ sc0_gpc0_rate ge ${requests} }`;
  const left = quote('ratelimit-remaining');
  return [
    `stick-table type string len ${keyChars + 1} size 100k expire ${perSeconds * 2}s store gpc0_rate(${perSeconds}s) peers dumont`,
    setVar('key', 'var(txn.address)'),
    // As `networkOf` has it: of IPv6 the network, of IPv4 in IPv6 the IPv4. What is no address is left as it is.
    setVar('key', quote("var(txn.address),regsub('^::ffff:',,i),ipmask(32,64)"), [
      '{ var(txn.address) -m sub : }',
    ]),
    // A table cuts its keys off: two long subjects must not become one. To hash each costs more than the look-up.
    ...(by === 'subject'
      ? [
          setVar('key', 'var(txn.subject)', [exists('var(txn.subject)')]),
          setVar('key', 'var(txn.subject),sha2(256),hex', [`{ var(txn.subject) -m len gt ${keyChars} }`]),
        ]
      : []),
    'http-request track-sc0 var(txn.key)',
    `http-request track-sc2 str(${id}) table ${limitedTable}${when([over])}`,
    `http-request sc-inc-gpc0(2)${when([over])}`,
    refuse('request.rate_limited', { retryAfterSeconds: perSeconds }, [over], {
      headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': String(perSeconds) },
    }),
    'http-request sc-inc-gpc0(0)',
    `http-response set-header ${left} %[sc0_gpc0_rate,neg,add(${requests})]`,
    `http-response set-header ratelimit-reset ${perSeconds}`,
  ];
};

/** HAProxy does not count a body as it passes: it must say how long it is, and what says so is held to it. */
const bodies = ({ maxRequestBytes }: GatewayRoute): string[] => [
  refuse('gateway.request_refused', { reason: 'a body must announce its length' }, [
    exists('req.fhdr(transfer-encoding)'),
  ]),
  refuse('request.too_large', { limitBytes: maxRequestBytes }, [
    `{ req.fhdr(content-length) -m int gt ${maxRequestBytes} }`,
  ]),
  // As much of it as a buffer takes: a slow client holds no upstream.
  'http-request wait-for-body time 60s if { req.fhdr(content-length) -m int gt 0 }',
];

const rewrite = ({ path, upstreamPath }: GatewayRoute): string[] => {
  if (upstreamPath === null) return [];
  const from = parseTemplate(path);
  const to = rewritten(from, parseTemplate(upstreamPath), (number) => `\\${number}`);
  const regex = pathRegex(from);
  return [
    ...(to.mayBeEmpty
      ? // The rest that is missing stands for the root.
        [`http-request set-path /${when([fits('var(txn.path)', `${regex.slice(0, -'(/.*)?$'.length)}$`)])}`]
      : []),
    `http-request replace-path ${quote(regex)} ${quote(to.path === '' ? '/' : to.path)}`,
  ];
};

const responseHeaders = ({ responseHeaders: rules }: GatewayRoute): string[] => [
  ...[...rules.remove, ...Object.keys(rules.set)].map((name) => `http-response del-header ${quote(name)}`),
  ...Object.entries(rules.set).map(
    ([name, value]) => `http-response set-header ${quote(name)} ${headerValue(value)}`,
  ),
];

const idempotent = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];
const trying = ({ retries }: GatewayRoute): string[] =>
  retries === 0
    ? ['retries 0']
    : [
        `retries ${retries}`,
        'option redispatch 1',
        'retry-on conn-failure empty-response junk-response response-timeout 502 503 504',
        `http-request disable-l7-retry if !{ method ${idempotent.join(' ')} }`,
      ];

const hosts = (route: GatewayRoute): string[] => {
  if (route.preserveHost || 'host' in route.requestHeaders.set) return [];
  const [only, ...others] = upstreamHosts(route);
  return only !== undefined && others.length === 0
    ? [`http-request set-header host ${quote(only.host)}`]
    : // Each server is named by what it is called.
      ['http-send-name-header host'];
};

const health = ({ healthCheck: check, upstreams }: GatewayRoute): string[] =>
  check === null
    ? []
    : [
        'option httpchk',
        `http-check send meth GET uri ${quote(check.path)} ver HTTP/1.1 hdr host ${quote(new URL(upstreams[0]?.url ?? '').host)} hdr user-agent ${quote('Dumont gateway (health check)')}`,
        'http-check expect status 200-399',
        `timeout check ${check.timeoutSeconds}s`,
      ];

const servers = (route: GatewayRoute, addressOf: AddressOf): string[] => {
  const { healthCheck: check, circuitBreaker: breaker } = route;
  return upstreamHosts(route).map(({ host, hostname, port, isEncrypted, weight }, index) => {
    const name = upstreamHosts(route).length === 1 ? `upstream-${index + 1}` : host;
    const at = addressOf(route, hostname) ?? hostname;
    const checks =
      check !== null
        ? [`check inter ${check.intervalSeconds}s rise ${check.healthyAfter} fall ${check.unhealthyAfter}`]
        : breaker !== null
          ? // A server that was marked down comes back by a connection that it takes.
            [`check inter ${breaker.openSeconds}s rise 1 fall 1`]
          : [];
    return [
      `server ${name} ${isIP(at) === 6 ? `[${at}]` : at}:${port} weight ${weight}`,
      ...checks,
      ...(breaker === null ? [] : [`observe layer7 error-limit ${breaker.failures} on-error mark-down`]),
      ...(isEncrypted
        ? [
            `ssl verify required ca-file @system-ca sni ${quote(`str(${hostname})`)} verifyhost ${hostname} check-sni ${hostname}`,
          ]
        : []),
      ...(isIP(at) === 0 ? ['init-addr last,libc,none'] : []),
    ].join(' ');
  });
};

/** All that happens to a request of one route, in the order in which the built-in plane does it. */
export const renderRoute = (
  route: GatewayRoute,
  sources: readonly IssuerKeys[],
  addressOf: AddressOf,
): string => {
  const { timeouts, maxResponseBytes } = route;
  return section(`backend ${backendOf(route)}`, [
    ...renderAdmission(route.authentication, sources),
    'balance roundrobin',
    'http-reuse always',
    `timeout connect ${timeouts.connectMs}ms`,
    `timeout server ${timeouts.responseMs}ms`,
    ...health(route),
    // Written as JSON already, for the access log.
    setText('route', literal(JSON.stringify(route.name).slice(1, -1))),
    upgrades(route),
    ...corsRules(route.cors),
    ...limits(route),
    ...refusals(route),
    ...bodies(route),
    // A process that makes room for the next counts no servers, but has them.
    refuse('gateway.upstream_unhealthy', { retryAfterSeconds: 5 }, ['{ nbsrv eq 0 }', '!{ stopping }']),
    ...headersByRule(route),
    ...(route.webSockets ? withoutTokenProtocol() : []),
    ...hosts(route),
    ...rewrite(route),
    ...trying(route),
    `http-response del-header ${errorHeader}`,
    ...(maxResponseBytes === null
      ? []
      : [
          refuse('gateway.response_too_large', {}, [
            `{ res.fhdr(content-length) -m int gt ${maxResponseBytes} }`,
          ]).replace('http-request', 'http-response'),
        ]),
    ...responseHeaders(route),
    ...servers(route, addressOf),
  ]);
};
