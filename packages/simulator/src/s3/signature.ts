import { createHash, createHmac } from 'node:crypto';

/** AWS Signature Version 4: paths are encoded once and never normalised, as S3 does it. */

export interface Scope {
  /** `20130524` */
  readonly day: string;
  readonly region: string;
  /** S3 unless said. */
  readonly service?: string;
}

export interface SignedParts {
  readonly method: string;
  /** Decoded path, as in `/bucket/a key`. */
  readonly path: string;
  /** Decoded names and values, without the signature itself. */
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names in the order of the signature, with their values. */
  readonly headers: readonly (readonly [string, string])[];
  readonly payloadHash: string;
}

/** RFC 3986: everything but unreserved characters, in upper-case hex. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const canonicalRequest = (parts: SignedParts): string => {
  const query = parts.query
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .toSorted((a, b) => byText(a[0], b[0]) || byText(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return [
    parts.method,
    parts.path.split('/').map(uriEncode).join('/'),
    query,
    ...parts.headers.map(([name, value]) => `${name}:${value.trim().replaceAll(/\s+/g, ' ')}`),
    '',
    parts.headers.map(([name]) => name).join(';'),
    parts.payloadHash,
  ].join('\n');
};

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/** The key of one day and region. */
export const signingKey = (secretAccessKey: string, { day, region, service = 's3' }: Scope): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), service), 'aws4_request');

const scopeText = ({ day, region, service = 's3' }: Scope): string =>
  `${day}/${region}/${service}/aws4_request`;

/** `timestamp` as in `20130524T000000Z`. */
export const signRequest = (key: Buffer, timestamp: string, scope: Scope, parts: SignedParts): string =>
  hmac(
    key,
    ['AWS4-HMAC-SHA256', timestamp, scopeText(scope), sha256(canonicalRequest(parts))].join('\n'),
  ).toString('hex');

/** What signs the chunks of one body, each on top of the signature before it. */
export interface ChunkSigner {
  chunk(previous: string, contentHash: string): string;
  trailer(previous: string, trailerHash: string): string;
}

export const createChunkSigner = (key: Buffer, timestamp: string, scope: Scope): ChunkSigner => {
  const sign = (kind: string, previous: string, hashes: readonly string[]): string =>
    hmac(key, [kind, timestamp, scopeText(scope), previous, ...hashes].join('\n')).toString('hex');
  return {
    chunk: (previous, hash) => sign('AWS4-HMAC-SHA256-PAYLOAD', previous, [sha256(''), hash]),
    trailer: (previous, hash) => sign('AWS4-HMAC-SHA256-TRAILER', previous, [hash]),
  };
};
