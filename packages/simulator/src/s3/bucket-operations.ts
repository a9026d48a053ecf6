import { maxXmlBytes, type Answer, type Exchange } from './answer.ts';
import { readText } from './body.ts';
import { listObjects } from './list-objects.ts';
import { findQuery } from './request.ts';
import { S3Error } from './s3-error.ts';
import { elementsOf, textOf, xml, xmlDocument } from './xml.ts';

const maxDeletes = 1000;

/** Requests to a bucket itself. */
export const handleBucket = async (exchange: Exchange): Promise<Answer> => {
  const { request, bucket } = exchange;
  const has = (name: string): boolean => findQuery(request, name) !== undefined;
  if (request.method === 'HEAD') return { status: 200 };
  if (request.method === 'GET' && findQuery(request, 'list-type') === '2')
    return { status: 200, xml: listObjects(request, bucket.objects.sorted()) };
  if (request.method === 'GET' && has('location'))
    return { status: 200, xml: xmlDocument('LocationConstraint', []) };
  if (request.method === 'GET' && has('uploads')) return listUploads(exchange);
  if (request.method === 'POST' && has('delete')) return deleteObjects(exchange);
  if (request.method === 'PUT' && request.query.every(([name]) => name === 'x-id'))
    throw new S3Error('BucketAlreadyOwnedByYou', 'The bucket exists and you own it.');
  throw new S3Error('NotImplemented', 'This operation on a bucket is not implemented here.');
};

const listUploads = ({ request, bucket }: Exchange): Answer => {
  const prefix = findQuery(request, 'prefix') ?? '';
  const found = bucket.uploads.list().filter(({ key }) => key.startsWith(prefix));
  return {
    status: 200,
    xml: xmlDocument('ListMultipartUploadsResult', [
      xml('Bucket', request.bucket),
      xml('Prefix', prefix),
      xml('IsTruncated', false),
      ...found.map((upload) =>
        xml('Upload', [
          xml('Key', upload.key),
          xml('UploadId', upload.uploadId),
          xml('Initiated', upload.initiated),
        ]),
      ),
    ]),
  };
};

const deleteObjects = async ({ bucket, body }: Exchange): Promise<Answer> => {
  const source = await readText(body(maxXmlBytes));
  const keys = elementsOf(source, 'Object')?.map((object) => textOf(object, 'Key'));
  if (keys === undefined || keys.length === 0 || keys.length > maxDeletes)
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed.');
  const deleted: string[] = [];
  for (const key of keys) {
    if (key === undefined || key === '') throw new S3Error('MalformedXML', 'An object has no key.');
    await bucket.objects.delete(key);
    deleted.push(xml('Deleted', [xml('Key', key)]));
  }
  return { status: 200, xml: xmlDocument('DeleteResult', textOf(source, 'Quiet') === 'true' ? [] : deleted) };
};
