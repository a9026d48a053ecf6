import { createHash } from 'node:crypto';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { maxTokenChars } from '../../plane/admission.ts';
import { isOidc, type IssuerKeys, type OidcIssuer, type PublicKey } from '../issuer-keys.ts';
import { escapeRegex } from '../precedence.ts';
import { isOneLine } from '../rendering.ts';
import { exists, fits, literal, is, not, quote, section, settersOf, type Condition } from './syntax.ts';

/**
 * They go before all other rules of a route and are rules of their own: where a token is known they end, and those of
 * the route follow.
 */
const kind = 'tcp-request content';
const { setVar, setText } = settersOf(kind);

/** Room for an issuer's tokens; beyond, the oldest are forgotten and verified again. */
const tableSize = '100k';
/** A token that was found good is verified again after so long, whatever happens. */
const trustedSeconds = 60;
/** As jose is told in `verifiers/oidc.ts`. */
const toleranceSeconds = 5;
/** HAProxy's JSON query names one place: of a list, the first so many are looked at. */
export const listedPlaces = 6;
const claimName = /^[A-Za-z0-9_:-]+$/;

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A file with a public key, beside the configuration. */
export const keyFile = ({ pem }: PublicKey): string => `keys/${hash(pem)}.pem`;

type Rules = GatewayRoute['authentication'];

/**
 * Where tokens are remembered that may come in by these very keys and rules. Two routes may name one issuer with
 * different keys, and who may write the one must not be able to vouch for tokens of the other; keys that are taken
 * back take their tokens along.
 */
export const tokenTable = ({ scopes, claims: wanted }: Rules, sources: readonly IssuerKeys[]): string =>
  `tokens-${hash(JSON.stringify([sources, scopes, wanted]))}`;

/**
 * By digests: a token that differs in one bit is another. Not handed over at a reload: the next process verifies each
 * token once, which costs less than telling it of every request.
 */
export const renderTokenTable = (name: string): string =>
  section(`backend ${name}`, [
    `stick-table type binary len 32 size ${tableSize} expire ${trustedSeconds * 2}s store gpt0`,
  ]);

const claims = 'var(txn.claims)';
const claim = (name: string, place?: number): string =>
  quote(`${claims},json_query('$.${name}${place === undefined ? '' : `[${place}]`}')`);
const places = Array.from({ length: listedPlaces }, (_, index) => index);
/**
 * A condition named `acl`: the claim is, or holds, one of the values. A line has room for 64 words, so that each place
 * is one; of lines with the same name one must hold, and none is looked at before a rule asks.
 */
const nameHeld = (acl: string, name: string, values: readonly string[]): string[] =>
  [undefined, ...places].map(
    (place) => `acl ${acl} ${claim(name, place)} -m str -- ${values.map(quote).join(' ')}`,
  );

/**
 * Claims that HAProxy takes for something else: it reads text up to a zero, and numbers out of texts and of what is far
 * too large. That a claim comes twice, which none may, it does not see.
 */
const misread = [
  String.raw`\\u0000`,
  String.raw`"(exp|nbf|iat)"\s*+:\s*+(?!-?\d{1,12}([.]\d+)?\s*+[,}])`,
  String.raw`"sub"\s*:\s*[^\s"\d-]`,
].join('|');

const verified = '{ var(txn.verified) -m bool }';
const proven = '{ var(txn.proven) -m bool }';
const authorized = '{ req.fhdr_cnt(authorization) gt 0 }';

/** The lines that verify a token of one issuer, which set `txn.verified` where it is signed, and for this audience. */
const verify = ({ issuer, audience, keys }: IssuerKeys, index: number): string[] => {
  const forAudience = `audience-${index}`;
  return [
    ...nameHeld(forAudience, 'aud', [audience]),
    ...keys.flatMap((key) => {
      const check = (condition: Condition): string =>
        setVar('verified', 'bool(true)', [
          not(verified),
          is('var(txn.iss)', issuer),
          ...condition,
          is('var(txn.alg)', ...key.algorithms),
          `{ ${quote(`var(txn.token),jwt_verify(txn.alg,"${keyFile(key)}")`)} -m int 1 }`,
          forAudience,
        ]);
      const alone = key.algorithms.filter(
        (name) => keys.filter(({ algorithms }) => algorithms.includes(name)).length === 1,
      );
      return [
        check([is('var(txn.kid)', key.kid)]),
        // A token need not name the key where there is one only for its algorithm.
        ...(alone.length === 0 ? [] : [check([not(exists('var(txn.kid)')), is('var(txn.alg)', ...alone)])]),
      ];
    }),
  ];
};

/** Whether what the token says of itself lets it in, after its signature was verified; and if so, until when. */
const judge = ({ scopes, claims: wanted }: Rules): string[] => [
  `${kind} unset-var(txn.verified) if ${verified} ${fits(claims, misread, true)}`,
  setVar('exp', quote(`${claims},json_query('$.exp','int')`), [verified]),
  setVar('nbf', quote(`${claims},json_query('$.nbf','int')`), [verified]),
  setVar('early', 'bool(true)', [
    verified,
    `{ ${claims} -m sub -- ${quote('"nbf"')} }`,
    not(`{ date(${toleranceSeconds}),sub(txn.nbf) ge 0 }`),
  ]),
  setVar('proven', 'bool(true)', [
    verified,
    exists('var(txn.exp)'),
    `{ date(-${toleranceSeconds}),sub(txn.exp) lt 0 }`,
    not('{ var(txn.early) -m bool }'),
    exists(claim('sub')),
  ]),
  `${kind} unset-var(txn.fail) if ${proven}`,
  ...(scopes.length === 0
    ? []
    : [
        setText('scopes', ['scope', 'scp'].map(scopeWords).join(' '), [proven]),
        ...scopes.map((scope) =>
          setVar('fail', 'str(gateway.scope_missing)', [
            proven,
            not(fits('var(txn.scopes)', `(^| )${escapeRegex(scope)}( |$)`)),
          ]),
        ),
      ]),
  ...Object.entries(wanted).flatMap(([name, values], index) => [
    ...nameHeld(`claim-${index}`, name, values),
    setVar('fail', 'str(gateway.scope_missing)', [proven, not(`claim-${index}`)]),
  ]),
  setVar('until', `date(${trustedSeconds})`, [proven]),
  setVar('until', `var(txn.exp),add(${toleranceSeconds})`, [
    proven,
    `{ var(txn.exp),add(${toleranceSeconds}),sub(txn.until) lt 0 }`,
  ]),
  `${kind} sc-set-gpt0(1) var(txn.until) if ${proven} ${not(exists('var(txn.fail)'))}`,
];

/**
 * Sets `txn.fail` to the code of the error where a token is wrong or not for this, `txn.subject` to whom it is of where
 * it is good; without a token neither. Deny unless proven: what cannot be computed counts as not fulfilled. A token
 * that was proven is remembered for a minute, or until it expires, so that a call costs a look-up.
 */
export const renderAdmission = (rules: Rules, sources: readonly IssuerKeys[]): string[] => {
  if (rules.mode === 'none') return [];
  return [
    // Services that read another one of several than is read here would believe what nobody verified.
    setVar('token', 'http_auth_bearer', [
      '{ req.fhdr_cnt(authorization) eq 1 }',
      // HAProxy reads up to a comma, services perhaps what follows it.
      not('{ req.fhdr(authorization) -m sub , }'),
      `{ http_auth_bearer -m len le ${maxTokenChars} }`,
    ]),
    setVar('now', 'date'),
    `${kind} track-sc1 var(txn.token),sha2(256) table ${tokenTable(rules, sources)} if ${exists('var(txn.token)')}`,
    // Without a token nothing is tracked, and what cannot be fetched does not hold.
    setText('subject', subjectOf('var(txn.token),field(2,.),ub64dec', sources), [
      '{ sc1_get_gpt0,sub(txn.now) gt 0 }',
    ]),
    `${kind} accept if ${exists('var(txn.subject)')}`,
    setVar('fail', 'str(auth.token_invalid)', [authorized]),
    setVar('claims', 'var(txn.token),field(2,.),ub64dec', [exists('var(txn.token)')]),
    setVar('iss', claim('iss'), [exists(claims)]),
    setVar('alg', quote("var(txn.token),jwt_header_query('$.alg')"), [exists(claims)]),
    setVar('kid', quote("var(txn.token),jwt_header_query('$.kid')"), [exists(claims)]),
    // What a token says must be understood of its header, is not understood here; nor what it writes in escapes.
    `${kind} unset-var(txn.alg) if { var(txn.token),field(1,.),ub64dec -m sub -- ${quote('"crit"')} ${quote('\\')} }`,
    ...sources.flatMap(verify),
    ...judge(rules),
    setText('subject', subjectOf(claims, sources), [exists('var(txn.token)'), not(exists('var(txn.fail)'))]),
  ];
};

/** The issuer and whom it calls so, which for another issuer is somebody else. */
const subjectOf = (sample: string, sources: readonly IssuerKeys[]): string => {
  const [only, ...others] = sources;
  const issuer =
    only !== undefined && others.length === 0 ? literal(only.issuer) : `%[${sample},json_query('$.iss')]`;
  return `${issuer} %[${sample},json_query('$.sub')]`;
};

const scopeWords = (name: string): string =>
  [undefined, ...places]
    .map((place) => `%[${claims},json_query('$.${name}${place === undefined ? '' : `[${place}]`}')]`)
    .join(' ');

/** Why HAProxy cannot decide who may come in; empty where it can. */
export const admissionLacks = (
  { mode, issuers, scopes, claims: wanted }: Rules,
  keysOf: (issuer: OidcIssuer) => IssuerKeys | undefined,
): string[] => {
  if (mode === 'none') return [];
  const own = issuers.filter((issuer) => typeof issuer === 'string');
  const foreign = issuers.filter(isOidc);
  const names = foreign.map(({ issuer }) => issuer);
  return [
    ...(own.length === 0 ? [] : [`only the server itself knows tokens of ${own.join(' and ')}`]),
    ...(new Set(names).size === names.length ? [] : ['it names one issuer twice']),
    ...foreign.flatMap((issuer) => {
      const keys = keysOf(issuer)?.keys;
      if (keys === undefined) return [`the keys of ${issuer.issuer} could not be read`];
      return keys.length === 0
        ? [
            `${issuer.issuer} has no key of an algorithm that HAProxy verifies (ES256, ES384, ES512, RS256, RS384, RS512)`,
          ]
        : [];
    }),
    ...Object.keys(wanted)
      .filter((name) => !claimName.test(name))
      .map((name) => `HAProxy cannot look up a claim named ${name}`),
    ...([
      ...foreign.flatMap(({ issuer, audience }) => [issuer, audience]),
      ...scopes,
      ...Object.values(wanted).flat(),
    ].every(isOneLine)
      ? []
      : ['an issuer, audience, scope or claim holds a control character']),
    ...Object.values(wanted)
      .flat()
      .filter((value) => /^(true|false|null|[-+.\d]+(e[-+]?\d+)?)$/i.test(value))
      .map((value) => `HAProxy cannot tell the value ${value} of a claim from others that look like it`),
  ];
};
