import type { IncomingMessage } from 'node:http';
import { S3Error } from './s3-error.ts';

/** What was asked, decoded once. */
export interface S3Request {
  readonly method: string;
  /** Decoded, as it is signed. */
  readonly path: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: IncomingMessage['headersDistinct'];
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.");
  }
};

/** Path-style addresses only. Throws `InvalidURI` and `KeyTooLongError`. */
export const readRequest = (message: IncomingMessage): S3Request => {
  const [rawPath = '/', ...rest] = (message.url ?? '/').split('?');
  const path = decode(rawPath);
  const slash = path.indexOf('/', 1);
  const key = slash === -1 ? '' : path.slice(slash + 1);
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError', 'Your key is too long');
  const query = rest
    .join('?')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals === -1
        ? ([decode(pair), ''] as const)
        : ([decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const);
    });
  return {
    method: message.method ?? 'GET',
    path,
    bucket: slash === -1 ? path.slice(1) : path.slice(1, slash),
    key,
    query,
    headers: message.headersDistinct,
  };
};

export const findQuery = (request: S3Request, name: string): string | undefined =>
  request.query.find(([found]) => found === name)?.[1];

/** Repeated headers in one line, as they are signed. */
export const findHeader = (request: S3Request, name: string): string | undefined =>
  request.headers[name]?.join(',');
