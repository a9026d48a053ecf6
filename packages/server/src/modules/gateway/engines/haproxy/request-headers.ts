import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { connectionNames, gatewayNames, gatewayPrefixes, ourCookies } from '../../plane/headers.ts';
import { escapeRegex } from '../precedence.ts';
import { exists, headerValue, not, quote, setVar, type Condition } from './syntax.ts';

/** As `plane/headers.ts`: services that take names for CGI's read - and _ as the same. */
const spelled = (name: string): string => escapeRegex(name).replaceAll(/[-_]/g, '[-_]');

/** One look at each name instead of one for each rule. */
const notPassedOn = [
  ...gatewayPrefixes.map((prefix) => `${spelled(prefix)}.*`),
  ...['connection', ...connectionNames, ...gatewayNames].map(spelled),
];

const removeAll = (names: readonly string[]): string =>
  `http-request del-header ${quote(`^(${names.join('|')})$`)} -m reg`;

/** A request for whatever other protocol, and one for a WebSocket. */
export const asksForUpgrade = '{ var(txn.upgrade) -m bool }';
export const asksForWebSocket = '{ var(txn.websocket) -m bool }';

const holds = (name: string, mark: string): string => `{ req.fhdr(${name}) -m sub -- ${mark} }`;

/**
 * Takes entries out of a list in a header, by an expression for one of them. A header that comes in several lines,
 * which no browser does, is left out as a whole.
 */
const withoutEntries = (name: string, separator: string, mark: string, entry: string): string[] => {
  const held: Condition = [holds(name, mark)];
  const all = `'(^|${separator})[ \\t]*${entry}[^${separator}]*'`;
  return [
    `http-request del-header ${name} if ${held.join(' ')} { req.fhdr_cnt(${name}) gt 1 }`,
    setVar('left', quote(`req.fhdr(${name}),regsub(${all},,g),regsub('^${separator}?[ \\t]*',)`), held),
    `http-request set-header ${name} %[var(txn.left)] if ${held.join(' ')}`,
    `http-request del-header ${name} if { req.fhdr(${name}) -m len 0 }`,
  ];
};

/** `oddHeaders` has nothing to do. */
export const plainHeaders: Condition = [not(exists('req.fhdr(upgrade)')), not(holds('cookie', ourCookies))];

/** What comes with few requests: another protocol, and cookies of the console, which may have the same host name. */
export const oddHeaders = (): string[] => [
  setVar('websocket', 'bool(true)', [
    asksForUpgrade,
    'METH_GET',
    '{ req.fhdr_cnt(upgrade) eq 1 }',
    '{ req.fhdr(upgrade) -m str -i -- websocket }',
  ]),
  `http-request del-header upgrade if ${not(asksForUpgrade)}`,
  `http-request set-header connection upgrade if ${asksForUpgrade}`,
  ...withoutEntries('cookie', ';', ourCookies, ourCookies),
];

/** A client that sends what only the gateway says wants to be somebody else. */
export const forwardedHeaders = (trustProxy: boolean): string[] => [
  setVar('upgrade', 'bool(true)', [
    exists('req.fhdr(upgrade)'),
    '{ req.hdr(connection) -m str -i -- upgrade }',
  ]),
  removeAll(notPassedOn),
  'http-request set-header x-request-id %[var(txn.id)]',
  'http-request set-header x-forwarded-for %[var(txn.address)]',
  `http-request set-header x-forwarded-proto ${trustProxy ? '%[var(txn.protocol)]' : 'http'}`,
  'http-request set-header x-forwarded-host %[req.fhdr(host)]',
];

/** Services never see the protocol that carries a token. */
export const withoutTokenProtocol = (): string[] =>
  withoutEntries('sec-websocket-protocol', ',', 'bearer.', 'bearer[.]');

/** What services are told of every request, whatever a route takes away. */
const always = ['host', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id'];

export const headersByRule = ({ requestHeaders: rules }: GatewayRoute): string[] => {
  const names = [...rules.remove, ...Object.keys(rules.set)].filter((name) => !always.includes(name));
  return [
    ...(names.length === 0 ? [] : [removeAll(names.map(spelled))]),
    ...Object.entries(rules.set).map(
      ([name, value]) => `http-request set-header ${quote(name)} ${headerValue(value)}`,
    ),
  ];
};
