import { findQuery, type S3Request } from './request.ts';
import type { ObjectMeta } from './object-store.ts';
import { S3Error } from './s3-error.ts';
import { uriEncode } from './signature.ts';
import { xml, xmlDocument } from './xml.ts';

const maxPage = 1000;

/** One page of ListObjectsV2 as XML. `objects` are sorted. */
export const listObjects = (request: S3Request, objects: readonly ObjectMeta[]): string => {
  const prefix = findQuery(request, 'prefix') ?? '';
  const delimiter = findQuery(request, 'delimiter') ?? '';
  const token = findQuery(request, 'continuation-token');
  const startAfter = findQuery(request, 'start-after');
  const encode = findQuery(request, 'encoding-type') === 'url' ? encodeKey : (key: string) => key;
  const pageSize = readPageSize(findQuery(request, 'max-keys'));
  const after = token === undefined ? (startAfter ?? '') : readToken(token);

  const contents: ObjectMeta[] = [];
  const prefixes: string[] = [];
  let last = '';
  let isTruncated = false;
  for (const object of objects) {
    if (!object.key.startsWith(prefix) || !isAfter(object.key, after)) continue;
    const common = commonPrefix(object.key, prefix, delimiter);
    // A page that ended with a common prefix has answered all that is below it.
    if (common !== undefined && (common === prefixes.at(-1) || (token !== undefined && common === after)))
      continue;
    if (contents.length + prefixes.length >= pageSize) {
      isTruncated = pageSize > 0;
      break;
    }
    last = common ?? object.key;
    if (common === undefined) contents.push(object);
    else prefixes.push(common);
  }

  return xmlDocument('ListBucketResult', [
    xml('Name', request.bucket),
    xml('Prefix', encode(prefix)),
    ...(delimiter === '' ? [] : [xml('Delimiter', encode(delimiter))]),
    ...(startAfter === undefined ? [] : [xml('StartAfter', encode(startAfter))]),
    ...(token === undefined ? [] : [xml('ContinuationToken', token)]),
    xml('KeyCount', contents.length + prefixes.length),
    xml('MaxKeys', pageSize),
    ...(encode === encodeKey ? [xml('EncodingType', 'url')] : []),
    xml('IsTruncated', isTruncated),
    ...(isTruncated ? [xml('NextContinuationToken', Buffer.from(last).toString('base64url'))] : []),
    ...contents.map((object) =>
      xml('Contents', [
        xml('Key', encode(object.key)),
        xml('LastModified', object.lastModified),
        xml('ETag', `"${object.etag}"`),
        xml('Size', object.sizeBytes),
        xml('StorageClass', 'STANDARD'),
      ]),
    ),
    ...prefixes.map((common) => xml('CommonPrefixes', [xml('Prefix', encode(common))])),
  ]);
};

const encodeKey = (key: string): string => key.split('/').map(uriEncode).join('/');

const isAfter = (key: string, after: string): boolean =>
  after === '' || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;

const commonPrefix = (key: string, prefix: string, delimiter: string): string | undefined => {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at === -1 ? undefined : key.slice(0, at + delimiter.length);
};

const readPageSize = (text: string | undefined): number => {
  if (text === undefined) return maxPage;
  if (!/^\d{1,9}$/.test(text)) throw new S3Error('InvalidArgument', 'Provided max-keys not an integer');
  return Math.min(maxPage, Number(text));
};

const readToken = (token: string): string => {
  const key = Buffer.from(token, 'base64url').toString('utf8');
  if (token === '' || Buffer.from(key).toString('base64url') !== token)
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect');
  return key;
};
