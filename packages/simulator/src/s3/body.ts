import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Authenticated } from './authenticate.ts';
import { decodeChunks } from './aws-chunked.ts';
import { findChecksum, isChecksumName } from './checksums.ts';
import { findHeader, type S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';

/** What S3 takes in one PUT: 5 GiB. */
const maxObjectBytes = 5 * 1024 ** 3;

const hexHash = /^[0-9a-f]{64}$/;

/**
 * The content of a body, decoded. Ends without an error only when all that was promised holds: the length, the
 * signed hash, each chunk's signature, `Content-MD5` and the checksums of headers and trailers.
 */
export async function* readBody(
  message: IncomingMessage,
  request: S3Request,
  signed: Authenticated,
  maxBytes: number = maxObjectBytes,
): AsyncGenerator<Buffer> {
  const isChunked = signed.payloadHash.startsWith('STREAMING-');
  const promisedBytes = readLength(request, isChunked);
  if (promisedBytes > maxBytes)
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  const trailers = new Map<string, string>();
  const trailerNames = (findHeader(request, 'x-amz-trailer') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(isChecksumName);
  const names = new Set([...Object.keys(request.headers).filter(isChecksumName), ...trailerNames]);
  const checksums = [...names].map((name) => {
    const checksum = findChecksum(name);
    if (checksum === undefined) throw new S3Error('NotImplemented', `${name} is not checked here.`);
    return { name, checksum };
  });
  const isHashSigned = hexHash.test(signed.payloadHash);
  const hash = createHash('sha256');

  // Left early, the iterator of a message would destroy the connection, and with it the answer.
  const raw: AsyncIterable<Buffer> = message.iterator({ destroyOnReturn: false });
  let sizeBytes = 0;
  for await (const part of isChunked ? decodeChunks(raw, signed, trailers) : raw) {
    sizeBytes += part.length;
    if (sizeBytes > promisedBytes) break;
    if (isHashSigned) hash.update(part);
    for (const { checksum } of checksums) checksum.update(part);
    yield part;
  }
  if (sizeBytes !== promisedBytes)
    throw new S3Error(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  if (isHashSigned && hash.digest('hex') !== signed.payloadHash)
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  for (const { name, checksum } of checksums) {
    const expected = trailers.get(name) ?? findHeader(request, name);
    if (checksum.digest() !== expected)
      throw new S3Error('BadDigest', `The ${name} you specified did not match what we received.`);
  }
}

const readLength = (request: S3Request, isChunked: boolean): number => {
  const length = findHeader(request, isChunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (length === undefined && !isChunked && findHeader(request, 'transfer-encoding') === undefined) return 0;
  if (length === undefined || !/^\d{1,15}$/.test(length))
    throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header.');
  return Number(length);
};

/** A small body as text, for requests that carry XML. */
export const readText = async (content: AsyncIterable<Buffer>): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
};
