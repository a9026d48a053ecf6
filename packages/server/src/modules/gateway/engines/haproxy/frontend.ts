import { gatewayMethods, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { takenMethods } from '../../plane/target.ts';
import { hostRegex, isPlain, pathRegex, type Entry } from '../precedence.ts';
import { forwardedHeaders, oddHeaders, plainHeaders } from './request-headers.ts';
import {
  errorHeader,
  exists,
  fits,
  is,
  not,
  quote,
  refuse,
  section,
  setText,
  setVar,
  when,
  type Condition,
} from './syntax.ts';

export const builtInBackend = 'built-in';
const nobody = 'nobody';

/** Percent-encoded bytes that are UTF-8, as RFC 3629 has it. */
const utf8 = [
  '[^%]',
  '%[0-7][0-9a-f]',
  '%(c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]',
  '%e0%[ab][0-9a-f]%[89ab][0-9a-f]',
  '%(e[1-9a-cef])(%[89ab][0-9a-f]){2}',
  '%ed%[89][0-9a-f]%[89ab][0-9a-f]',
  '%f0%[9ab][0-9a-f](%[89ab][0-9a-f]){2}',
  '%f[1-3](%[89ab][0-9a-f]){3}',
  '%f4%8[0-9a-f](%[89ab][0-9a-f]){2}',
].join('|');
const path = 'var(txn.path)';

const noName = String.raw`[^\w.:[\]-]`;
/** Of two of them services may read another one than is read here. */
const singleHeaders = ['authorization', 'content-type'];
const comesTwice = (name: string): string => `{ req.fhdr_cnt(${name}) gt 1 }`;

/** Most addresses can be read in one way at a glance: one look at them instead of one for each rule. */
const plainUrl = String.raw`^/([\w~-][\w.~-]*(/[\w~-][\w.~-]*)*/?)?(\?[!"$-~]*)?$`;

const plain: Condition = [
  `{ method ${gatewayMethods.join(' ')} }`,
  '{ req.fhdr_cnt(host) eq 1 }',
  not(fits('req.fhdr(host)', noName)),
  ...singleHeaders.map((name) => not(comesTwice(name))),
  fits('url', plainUrl),
  ...plainHeaders,
];

/** As `plane/target.ts` has it: a path that can be read in two ways is not taken. */
const refuseAddresses = (): string[] => {
  const because = (reason: string, ...condition: Condition): string =>
    refuse('gateway.request_refused', { reason }, condition);
  return [
    because('its method is not taken', not(`{ method ${takenMethods.join(' ')} }`)),
    because('it names no host', not(exists('req.fhdr(host)'))),
    because('it names more than one host', comesTwice('host')),
    ...singleHeaders.map((name) => because(`it has ${name} twice`, comesTwice(name))),
    because('its host is no name', fits('req.fhdr(host)', noName)),
    because('the address must begin with /', not('{ url -m beg / }')),
    because('the address holds characters that must be encoded', fits('url', String.raw`[^!-~]|\x23`)),
    because('the path hides a separator', fits(path, String.raw`%2f|%5c|%00|\\`, true)),
    because(
      'the path is not percent-encoded UTF-8',
      `{ ${path} -m sub % }`,
      not(fits(path, `^(${utf8})*$`, true)),
    ),
    because('the path holds . or .. as a segment', fits(path, String.raw`/(\.|%2e){1,2}(/|;|%3b|$)`, true)),
    // The built-in plane compares what is meant; expressions would compare what is written, and upstreams read the other.
    because(
      'the path hides letters',
      fits(path, '%(2[de]|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])', true),
    ),
    because('the path holds an empty segment', `{ ${path} -m sub // }`),
  ];
};

/** One JSON object a line, with the names of the built-in plane's access log. */
const accessLog = (trustProxy: boolean): string => {
  // Eleven digits may be the CPF of a person, whatever service put them into its addresses.
  const cpf = '(?<![0-9])[0-9]{3}[.]?[0-9]{3}[.]?[0-9]{3}-?[0-9]{2}(?![0-9])';
  const fields = {
    level: '"info"',
    time: '"%[date,utime(%Y-%m-%dT%H:%M:%SZ)]"',
    requestId: '"%[var(txn.id)]"',
    address: trustProxy ? '"%[var(txn.address),json(utf8s)]"' : '"%[var(txn.address)]"',
    method: '"%HM"',
    // Without its query: that is where secrets travel.
    path: `"%[var(txn.path),regsub('${cpf}',***,g),json(utf8s)]"`,
    status: '%ST',
    bytes: '%B',
    ms: '%Tt',
    route: '"%[var(txn.route)]"',
    subject: '"%[var(txn.subject),json(utf8s)]"',
    upstream: '"%si:%sp"',
    retries: '"%rc"',
    error: '"%[var(txn.error)]"',
    msg: '"request"',
  };
  return `{${Object.entries(fields)
    .map(([name, format]) => `"${name}":${format}`)
    .join(',')}}`;
};

/** Where it takes a request, as conditions. */
const place = ({ host, template, route }: Entry): Condition => [
  ...(host === ''
    ? []
    : [host.startsWith('*.') ? fits('var(txn.host)', hostRegex(host)) : is('var(txn.host)', host)]),
  isPlain(template) ? is(path, route.path) : fits(path, pathRegex(template)),
];

const toBuiltIn = (endpoint: string): string => {
  const [method = '', address = ''] = endpoint.split(' ');
  return `use_backend ${builtInBackend}${when([is('method', method), is(path, address)])}`;
};

/** Finds the route of each request, in the order of `entries`; what none takes goes to the backend `nobody`. */
export const renderFrontend = (
  entries: readonly Entry[],
  options: {
    readonly bind: string;
    readonly trustProxy: boolean;
    /** `METHOD /path` of what the built-in data plane answers itself. */
    readonly ownEndpoints: readonly string[];
    /** The same, where no route takes it. */
    readonly fallbacks: readonly string[];
    readonly backendOf: (route: GatewayRoute) => string;
  },
): string =>
  section('frontend gateway', [
    `bind ${options.bind}`,
    'log global',
    `log-format ${quote(accessLog(options.trustProxy))}`,
    setVar('id', 'req.fhdr(x-request-id)', [
      '{ req.fhdr_cnt(x-request-id) eq 1 }',
      fits('req.fhdr(x-request-id)', '^[A-Za-z0-9_-]{8,64}$'),
    ]),
    setVar('id', 'uuid()', [not(exists('var(txn.id)'))]),
    // As text at once: each use would make one of it.
    setText('address', '%[src]'),
    ...(options.trustProxy
      ? [
          setVar('address', 'req.hdr(x-forwarded-for,-1)', ['{ req.hdr(x-forwarded-for,-1) -m len gt 0 }']),
          setVar('protocol', 'str(http)'),
          setVar('protocol', 'str(https)', [
            is('req.fhdr(x-forwarded-proto)', 'https'),
            '{ req.fhdr_cnt(x-forwarded-proto) eq 1 }',
          ]),
        ]
      : []),
    setVar('path', 'path'),
    ...(entries.some(({ host }) => host !== '')
      ? [setVar('host', quote('req.fhdr(host),lower,regsub([.]?:[0-9]+$|[.]$,)'))]
      : []),
    ...(entries.some(({ route }) => route.methods.length > 0)
      ? [
          // As text: of a method that HAProxy has no number for, a variable keeps another one.
          setText('method', '%[method]'),
          // A preflight is about the method that it asks for.
          setVar('method', 'req.fhdr(access-control-request-method)', [
            'METH_OPTIONS',
            exists('req.fhdr(access-control-request-method)'),
          ]),
        ]
      : []),
    // Of one connection; only a WebSocket tells the client more of it.
    "http-response del-header '^(connection|keep-alive|proxy-authenticate|proxy-connection|trailer|upgrade)$' -m reg if !{ status 101 }",
    'http-after-response set-header x-request-id %[var(txn.id)]',
    `http-after-response allow if ${not(exists(`res.fhdr(${errorHeader})`))}`,
    `http-after-response set-status 502 if ${is(`res.fhdr(${errorHeader})`, 'gateway.upstream_unreachable')}`,
    `http-after-response set-var(txn.error) res.fhdr(${errorHeader})`,
    `http-after-response del-header ${errorHeader}`,
    ...forwardedHeaders(options.trustProxy),
    // Each rule costs, and most requests give none of the others anything to do.
    `http-request allow${when(plain)}`,
    ...refuseAddresses(),
    ...oddHeaders(),
    ...options.ownEndpoints.map(toBuiltIn),
    ...entries.map((entry) => {
      const { methods } = entry.route;
      const condition = [
        ...(methods.length === 0 ? [] : [is('var(txn.method)', ...methods)]),
        ...place(entry),
      ];
      return `use_backend ${options.backendOf(entry.route)}${when(condition)}`;
    }),
    ...options.fallbacks.map(toBuiltIn),
    `default_backend ${nobody}`,
  ]);

/** What no route takes: 405 with the methods that one would take there, or 404. */
export const renderNobody = (entries: readonly Entry[]): string => {
  const allow = gatewayMethods
    .toSorted()
    .flatMap((method) =>
      entries
        .filter(({ route }) => route.methods.includes(method))
        .map((entry) =>
          setText('allowed', `%[var(txn.allowed)], ${method}`, [
            ...place(entry),
            not(`{ var(txn.allowed) -m end -- ${quote(`, ${method}`)} }`),
          ]),
        ),
    );
  const allowed = '%[var(txn.allowed),bytes(2)]';
  return section(`backend ${nobody}`, [
    // An empty format ends HAProxy 2.6 by a segmentation fault.
    setVar('allowed', 'str()'),
    ...allow,
    refuse('request.method', {}, ['{ var(txn.allowed) -m len gt 0 }'], {
      dynamic: { method: '%[method,json(utf8s)]', allowed },
      headers: { allow: allowed },
    }),
    refuse('gateway.no_route', {}, []),
  ]);
};
