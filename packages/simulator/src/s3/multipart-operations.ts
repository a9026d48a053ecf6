import { createHash } from 'node:crypto';
import { maxXmlBytes, type Answer, type Exchange } from './answer.ts';
import { readText } from './body.ts';
import { readKeptHeaders } from './object-operations.ts';
import { findQuery } from './request.ts';
import { S3Error } from './s3-error.ts';
import type { PartMeta, UploadMeta } from './upload-store.ts';
import { elementsOf, textOf, xml, xmlDocument } from './xml.ts';

/** "Amazon S3 multipart upload limits": every part but the last has at least 5 MiB. */
const minPartBytes = 5 * 1024 * 1024;
const maxParts = 10_000;

export const createUpload = async ({ request, bucket }: Exchange): Promise<Answer> => {
  const { uploadId } = await bucket.uploads.create(request.key, readKeptHeaders(request));
  return {
    status: 200,
    xml: xmlDocument('InitiateMultipartUploadResult', [
      xml('Bucket', request.bucket),
      xml('Key', request.key),
      xml('UploadId', uploadId),
    ]),
  };
};

const getUpload = ({ request, bucket }: Exchange): UploadMeta => {
  const upload = bucket.uploads.find(findQuery(request, 'uploadId') ?? '', request.key);
  if (upload === undefined) throw new S3Error('NoSuchUpload', 'The specified upload does not exist.');
  return upload;
};

export const uploadPart = async (exchange: Exchange): Promise<Answer> => {
  const { uploadId } = getUpload(exchange);
  const number = Number(findQuery(exchange.request, 'partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > maxParts)
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  const part = await exchange.bucket.uploads.putPart(uploadId, number, exchange.body());
  return { status: 200, headers: { etag: `"${part.etag}"` } };
};

export const listParts = async (exchange: Exchange): Promise<Answer> => {
  const { uploadId } = getUpload(exchange);
  const parts = await exchange.bucket.uploads.listParts(uploadId);
  return {
    status: 200,
    xml: xmlDocument('ListPartsResult', [
      xml('Bucket', exchange.request.bucket),
      xml('Key', exchange.request.key),
      xml('UploadId', uploadId),
      xml('IsTruncated', false),
      ...parts.map((part) =>
        xml('Part', [
          xml('PartNumber', part.number),
          xml('LastModified', part.lastModified),
          xml('ETag', `"${part.etag}"`),
          xml('Size', part.sizeBytes),
        ]),
      ),
    ]),
  };
};

export const abortUpload = async (exchange: Exchange): Promise<Answer> => {
  await exchange.bucket.uploads.delete(getUpload(exchange).uploadId);
  return { status: 204 };
};

export const completeUpload = async (exchange: Exchange): Promise<Answer> => {
  const { request, bucket, body } = exchange;
  const { uploadId, headers } = getUpload(exchange);
  const named = readNamedParts(await readText(body(maxXmlBytes)));
  const parts = choose(named, await bucket.uploads.listParts(uploadId));
  const hash = createHash('md5');
  for (const part of parts) hash.update(part.etag, 'hex');
  const etag = `${hash.digest('hex')}-${parts.length}`;
  const numbers = parts.map(({ number }) => number);
  await bucket.objects.put(request.key, headers, bucket.uploads.readParts(uploadId, numbers), etag);
  await bucket.uploads.delete(uploadId);
  return {
    status: 200,
    xml: xmlDocument('CompleteMultipartUploadResult', [
      xml('Bucket', request.bucket),
      xml('Key', request.key),
      xml('ETag', `"${etag}"`),
    ]),
  };
};

interface NamedPart {
  readonly number: number;
  readonly etag: string;
}

const readNamedParts = (source: string): NamedPart[] => {
  const parts = elementsOf(source, 'Part')?.map((part) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: (textOf(part, 'ETag') ?? '').replaceAll('"', ''),
  }));
  if (parts === undefined || parts.length === 0 || parts.length > maxParts)
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed.');
  return parts;
};

const choose = (named: readonly NamedPart[], uploaded: readonly PartMeta[]): PartMeta[] => {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  return named.map(({ number, etag }, index) => {
    const part = byNumber.get(number);
    if (part?.etag !== etag) throw new S3Error('InvalidPart', `Part ${number} could not be found.`);
    if (number <= (named[index - 1]?.number ?? 0))
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order.');
    if (index < named.length - 1 && part.sizeBytes < minPartBytes)
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    return part;
  });
};
