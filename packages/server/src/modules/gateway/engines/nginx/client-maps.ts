import { ourCookies } from '../../plane/headers.ts';
import { takenMethods } from '../../plane/target.ts';
import { map, regex } from './syntax.ts';

/** More cookies of ours than browsers have. */
const passes = 4;

/**
 * `to` is the list `from` without some entries. A map takes out one; a list that holds more than there are maps comes
 * out empty.
 */
const withoutEntries = (from: string, to: string, separator: string, entry: string): string[] => {
  const step = (index: number): string => (index === 0 ? from : `${to}_${index}`);
  const names = (index: number) => ({
    before: `${to.slice(1)}_b${index}`,
    after: `${to.slice(1)}_a${index}`,
  });
  const one = `\\s*${entry}[^${separator}]*`;
  return [
    ...Array.from({ length: passes }, (_, index) => {
      const { before, after } = names(index);
      return map(step(index), step(index + 1), [
        `default ${step(index)};`,
        `${regex(`^(?<${before}>(?:.*${separator})?)${one}${separator}?(?<${after}>.*)$`)} $${before}$${after};`,
      ]);
    }).flat(),
    ...map(step(passes), to, [
      `${regex(`(?:^|${separator})${one}`)} "";`,
      `${regex(`^\\s*(?<${to.slice(1)}_left>.*?)${separator}?$`)} $${to.slice(1)}_left;`,
    ]),
  ];
};

const upgradeAsked = String.raw`[|](?:.*,)?\s*upgrade\s*(?:,.*)?[|]`;

/** What a client sends, as the built-in plane reads it. */
export const clientMaps = (): string[] => [
  ...map('$http_x_request_id', '$dumont_id', [
    '"~^[A-Za-z0-9_-]{8,64}$" $http_x_request_id;',
    'default $request_id;',
  ]),
  ...map('$request_uri', '$dumont_path', ['"~^(?<dumont_before>[^?]*)" $dumont_before;']),
  // What nginx makes of a host itself is another one: it takes anything after a colon for a port.
  ...map('$http_host', '$dumont_host', [String.raw`"~^(?<dumont_name>.*?)[.]?(:\d+)?$" $dumont_name;`]),
  // As `networkOf` has it: of IPv6 the network, of IPv4 in IPv6 the IPv4.
  ...map('$binary_remote_addr', '$dumont_network', [
    'default $binary_remote_addr;',
    String.raw`"~(?s)^\x00{10}\xff\xff(?<dumont_v4>.{4})$" $dumont_v4;`,
    '"~(?s)^(?<dumont_v6>.{8}).{8}$" $dumont_v6;',
  ]),
  // A preflight is about the method that it asks for.
  ...map('$request_method $http_access_control_request_method', '$dumont_method', [
    String.raw`"~^OPTIONS (?<dumont_asked>\S+)$" $dumont_asked;`,
    'default $request_method;',
  ]),
  ...map('$request_method:$http_origin:$http_access_control_request_method', '$dumont_preflight', [
    '"~^OPTIONS:.+:[A-Z]+$" yes;',
  ]),
  ...map('$request_method|$http_connection|$http_upgrade', '$dumont_asks', [`"~*${upgradeAsked}." upgrade;`]),
  ...map('$request_method|$http_connection|$http_upgrade', '$dumont_upgrade', [
    `"~*^GET${upgradeAsked}websocket$" websocket;`,
  ]),
  ...map('$dumont_asks:$dumont_upgrade', '$dumont_asks_other', ['"upgrade:" yes;']),
  // Of the sessions of the console, which may have the same host name.
  ...withoutEntries('$http_cookie', '$dumont_cookies', ';', ourCookies),
  // Services never see the protocol that carries a token.
  ...withoutEntries('$http_sec_websocket_protocol', '$dumont_protocols', ',', '[Bb]earer[.]'),
  ...refusedMaps(),
];

/** As `plane/target.ts` and `plane/plane.ts` have it. */
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

const refusedMaps = (): string[] => [
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
];
