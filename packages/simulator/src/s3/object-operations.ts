import type { Answer, Exchange } from './answer.ts';
import { findHeader, type S3Request } from './request.ts';
import { S3Error } from './s3-error.ts';
import { readStored } from './stored-file.ts';

/** What S3 keeps of a user's metadata. */
const maxMetadataBytes = 2048;
const keptHeaders = /^(content-(type|encoding|disposition|language)|cache-control|expires|x-amz-meta-.+)$/;

export const putObject = async ({ request, bucket, body }: Exchange): Promise<Answer> => {
  const condition = findHeader(request, 'if-none-match');
  if (condition !== undefined && condition !== '*')
    throw new S3Error('NotImplemented', 'Of conditions only If-None-Match: * is implemented here.');
  if (condition !== undefined && bucket.objects.has(request.key)) throw preconditionFailed();
  const meta = await bucket.objects.put(request.key, readKeptHeaders(request), body());
  return { status: 200, headers: { etag: `"${meta.etag}"` } };
};

/** The headers of an upload that are answered with the object. Throws `MetadataTooLarge`. */
export const readKeptHeaders = (request: S3Request): Record<string, string> => {
  const kept = Object.keys(request.headers)
    .filter((name) => keptHeaders.test(name))
    // What says how the body travels is no property of the object.
    .map((name) => [name, findHeader(request, name)?.replace(/^aws-chunked(,\s*|$)/, '') ?? ''] as const)
    .filter(([, value]) => value !== '');
  const metadata = kept.filter(([name]) => name.startsWith('x-amz-meta-'));
  if (metadata.reduce((sum, [name, value]) => sum + name.length - 11 + value.length, 0) > maxMetadataBytes)
    throw new S3Error('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size');
  return Object.fromEntries(kept);
};

/** GET and HEAD. */
export const readObject = async ({ request, bucket }: Exchange): Promise<Answer> => {
  const stored = await bucket.objects.open(request.key);
  if (stored === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  try {
    const { meta, sizeBytes } = stored;
    const etag = `"${meta.etag}"`;
    const headers = {
      'content-type': 'binary/octet-stream',
      ...meta.headers,
      'accept-ranges': 'bytes',
      etag,
      'last-modified': new Date(meta.lastModified).toUTCString(),
    };
    const wanted = findHeader(request, 'if-match');
    if (wanted !== undefined && wanted !== '*' && wanted !== etag) throw preconditionFailed();
    if (findHeader(request, 'if-none-match') === etag) {
      await stored.handle.close();
      return { status: 304, headers };
    }
    const range = readRange(findHeader(request, 'range'), sizeBytes);
    const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
    if (request.method === 'HEAD') await stored.handle.close();
    return {
      status: range === undefined ? 200 : 206,
      headers: {
        ...headers,
        'content-length': String(end - start + 1),
        ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${sizeBytes}` }),
      },
      ...(request.method === 'HEAD' ? {} : { content: readAndClose(stored, start, end) }),
    };
  } catch (error) {
    await stored.handle.close();
    throw error;
  }
};

async function* readAndClose(
  stored: Parameters<typeof readStored>[0],
  start: number,
  end: number,
): AsyncGenerator<Buffer> {
  try {
    yield* readStored(stored, start, end);
  } finally {
    await stored.handle.close();
  }
}

/** One range; what is none is ignored, as RFC 9110 has it. Throws `InvalidRange` for one outside of the object. */
const readRange = (
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | undefined => {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (start >= sizeBytes)
    throw new S3Error('InvalidRange', 'The requested range is not satisfiable', {
      'content-range': `bytes */${sizeBytes}`,
    });
  return { start, end };
};

export const deleteObject = async ({ request, bucket }: Exchange): Promise<Answer> => {
  await bucket.objects.delete(request.key);
  return { status: 204 };
};

/** Whether the request names a part of an object that is not served here, like its tags. */
export const isPlain = (request: S3Request, allowed: readonly string[] = []): boolean =>
  request.query.every(([name]) => name === 'x-id' || name.startsWith('X-Amz-') || allowed.includes(name));

const preconditionFailed = (): S3Error =>
  new S3Error('PreconditionFailed', 'At least one of the preconditions you specified did not hold');
