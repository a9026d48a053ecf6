import type { IncomingHttpHeaders } from 'node:http';

/** Headers of one connection (RFC 9110, 7.6.1) besides those that say what it is to become and how a body is sent. */
export const connectionNames = [
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
] as const;
const hopByHop: ReadonlySet<string> = new Set([
  ...connectionNames,
  'connection',
  'transfer-encoding',
  'upgrade',
]);

/** What only the gateway says: a client that sends it wants to be somebody else. */
export const gatewayNames = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
] as const;
export const gatewayPrefixes = ['x-gateway-', 'x-consumer-'] as const;
const ours: ReadonlySet<string> = new Set(gatewayNames);
/** As services read a name that take it for CGI's: `X_GATEWAY_IDENTITY` stands for both spellings. */
const asRead = (name: string): string => (name.includes('_') ? name.replaceAll('_', '-') : name);
const isOurs = (name: string): boolean =>
  ours.has(name) || gatewayPrefixes.some((prefix) => name.startsWith(prefix));

/**
 * Of the sessions of the console. Browsers do not tell ports apart: they send them along where both have one host name,
 * and whose service is behind a route must not come by them.
 */
export const ourCookies = 'dumont_';
const withoutOurs = (cookies: string): string[] => {
  const left = cookies.split(';').filter((cookie) => !cookie.trimStart().startsWith(ourCookies));
  return left.length === 0 ? [] : ['cookie', left.join(';').trimStart()];
};

export interface HeaderRules {
  readonly set: readonly (readonly [string, string])[];
  readonly remove: ReadonlySet<string>;
}

export const headerRules = (rules: {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}): HeaderRules => ({
  set: Object.entries(rules.set),
  // What is set replaces what came.
  remove: new Set([...rules.remove, ...Object.keys(rules.set)].flatMap((name) => [name, asRead(name)])),
});

const namedByConnection = (connection: string | undefined): ReadonlySet<string> | undefined =>
  connection === undefined || /^\s*(keep-alive|close)\s*$/i.test(connection)
    ? undefined
    : new Set(
        connection
          .toLowerCase()
          .split(',')
          .map((name) => name.trim()),
      );

/**
 * The client's headers for the upstream, as a flat list. `own` come last; their names cannot be among the client's
 * (`isOurs`). `expect` is answered here, `host` is the caller's to set.
 */
export const requestHeaders = (
  raw: readonly string[],
  connection: string | undefined,
  rules: HeaderRules,
  own: readonly string[],
): string[] => {
  const named = namedByConnection(connection);
  const headers: string[] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const read = asRead(name);
    if (hopByHop.has(read) || name === 'host' || name === 'expect' || isOurs(read)) continue;
    if (rules.remove.has(read) || named?.has(name) === true) continue;
    const value = raw[index + 1] ?? '';
    if (name !== 'cookie' || !value.includes(ourCookies)) headers.push(name, value);
    else headers.push(...withoutOurs(value));
  }
  for (const [name, value] of rules.set) headers.push(name, value);
  headers.push(...own);
  return headers;
};

/** The upstream's headers for the client, as a flat list. */
export const responseHeaders = (
  given: IncomingHttpHeaders,
  rules: HeaderRules,
  own: readonly string[],
): string[] => {
  const named = namedByConnection(given.connection);
  const headers: string[] = [];
  for (const name in given) {
    const value = given[name];
    if (value === undefined || hopByHop.has(name) || name === 'x-request-id') continue;
    if (rules.remove.has(name) || named?.has(name) === true) continue;
    if (typeof value === 'string') headers.push(name, value);
    else for (const each of value) headers.push(name, each);
  }
  for (const [name, value] of rules.set) headers.push(name, value);
  headers.push(...own);
  return headers;
};
