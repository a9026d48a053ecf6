import type { Clock } from '../clock.ts';
import { isSame } from '../is-same.ts';
import { findHeader, findQuery, type S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';
import { createChunkSigner, signingKey, signRequest, type ChunkSigner, type Scope } from './signature.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How the body of a request that is who it says is to be read. */
export interface Authenticated {
  /** SHA-256 in hex, or one of the words `UNSIGNED-PAYLOAD` and `STREAMING-...`. */
  readonly payloadHash: string;
  /** The first chunk is signed on top of it. */
  readonly signature: string;
  readonly chunks: ChunkSigner;
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly payloadHash: string;
  readonly expiresSeconds: number | undefined;
}

/** The skew that S3 accepts, and the longest life of a presigned address (7 days). */
const maxSkewMs = 15 * 60 * 1000;
const maxExpiresSeconds = 604_800;

/** Checks a signature in the header or in the address. Throws the `S3Error` that S3 answers. */
export const authenticate = (request: S3Request, credentials: S3Credentials, clock: Clock): Authenticated => {
  const isPresigned = findQuery(request, 'X-Amz-Algorithm') !== undefined;
  const claim = isPresigned ? readPresigned(request) : readHeader(request);
  const malformed = isPresigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed';
  const [accessKeyId, day = '', region = '', service, end, ...more] = claim.credential.split('/');
  if (service !== 's3' || end !== 'aws4_request' || more.length > 0 || region === '')
    throw new S3Error(malformed, 'The credential must be <key>/<date>/<region>/s3/aws4_request.');
  if (!claim.timestamp.startsWith(day) || day.length !== 8)
    throw new S3Error(malformed, 'Date in Credential scope does not match YYYYMMDD of the request.');
  if (accessKeyId !== credentials.accessKeyId)
    throw new S3Error(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  checkTime(claim, clock);

  const scope: Scope = { day, region };
  const names = claim.signedHeaders.split(';');
  checkSignedHeaders(request, names);
  const key = signingKey(credentials.secretAccessKey, scope);
  const expected = signRequest(key, claim.timestamp, scope, {
    method: request.method,
    path: request.path,
    query: request.query.filter(([name]) => name !== 'X-Amz-Signature'),
    headers: names.map((name) => [name, findHeader(request, name) ?? ''] as const),
    payloadHash: claim.payloadHash,
  });
  if (!isSame(expected, claim.signature))
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
  return {
    payloadHash: claim.payloadHash,
    signature: expected,
    chunks: createChunkSigner(key, claim.timestamp, scope),
  };
};

const readHeader = (request: S3Request): Claim => {
  const header = findHeader(request, 'authorization');
  if (header === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  const [algorithm, ...rest] = header.split(' ');
  const fields = new Map(
    rest
      .join('')
      .split(',')
      .map((field) => {
        const equals = field.indexOf('=');
        return [field.slice(0, equals), field.slice(equals + 1)] as const;
      }),
  );
  const credential = fields.get('Credential');
  const signedHeaders = fields.get('SignedHeaders');
  const signature = fields.get('Signature');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw new S3Error('InvalidRequest', 'Please use AWS4-HMAC-SHA256.');
  if (credential === undefined || signedHeaders === undefined || signature === undefined)
    throw new S3Error('AuthorizationHeaderMalformed', 'The authorization header is malformed.');
  const payloadHash = findHeader(request, 'x-amz-content-sha256');
  if (payloadHash === undefined)
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
  const timestamp = findHeader(request, 'x-amz-date');
  if (timestamp === undefined)
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid x-amz-date header');
  return { credential, signedHeaders, signature, timestamp, payloadHash, expiresSeconds: undefined };
};

const readPresigned = (request: S3Request): Claim => {
  const get = (name: string): string => {
    const value = findQuery(request, name);
    if (value !== undefined) return value;
    throw new S3Error('AuthorizationQueryParametersError', `The query parameter ${name} is missing.`);
  };
  if (get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256')
    throw new S3Error('AuthorizationQueryParametersError', 'X-Amz-Algorithm only supports AWS4-HMAC-SHA256');
  const expires = get('X-Amz-Expires');
  const expiresSeconds = Number(expires);
  if (!/^\d{1,7}$/.test(expires) || expiresSeconds < 1 || expiresSeconds > maxExpiresSeconds)
    throw new S3Error(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be between 1 second and 7 days.',
    );
  return {
    credential: get('X-Amz-Credential'),
    signedHeaders: get('X-Amz-SignedHeaders'),
    signature: get('X-Amz-Signature'),
    timestamp: get('X-Amz-Date'),
    payloadHash:
      findQuery(request, 'X-Amz-Content-Sha256') ??
      findHeader(request, 'x-amz-content-sha256') ??
      'UNSIGNED-PAYLOAD',
    expiresSeconds,
  };
};

const checkTime = ({ timestamp, expiresSeconds }: Claim, clock: Clock): void => {
  const at = Date.parse(timestamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\dZ)$/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(at)) throw new S3Error('AccessDenied', 'The date of the request is not valid.');
  const ageMs = clock.now().getTime() - at;
  const maxAgeMs = expiresSeconds === undefined ? maxSkewMs : expiresSeconds * 1000;
  if (ageMs > maxAgeMs && expiresSeconds !== undefined)
    throw new S3Error('AccessDenied', 'Request has expired');
  if (ageMs > maxAgeMs || ageMs < -maxSkewMs)
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
};

/** A header that S3 acts upon must be signed: otherwise anybody on the way could add one. */
const checkSignedHeaders = (request: S3Request, names: readonly string[]): void => {
  const signed = new Set(names);
  const unsigned = Object.keys(request.headers).filter(
    (name) => name.startsWith('x-amz-') && !signed.has(name),
  );
  if (!signed.has('host') || unsigned.length > 0)
    throw new S3Error(
      'AccessDenied',
      `There were headers present in the request which were not signed: ${unsigned.join(', ') || 'host'}`,
    );
};
