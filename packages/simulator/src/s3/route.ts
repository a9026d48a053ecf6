import type { Answer, Exchange } from './answer.ts';
import { handleBucket } from './bucket-operations.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './multipart-operations.ts';
import { deleteObject, isPlain, putObject, readObject } from './object-operations.ts';
import { findHeader, findQuery } from './request.ts';
import { S3Error } from './s3-error.ts';

type Operation = (exchange: Exchange) => Promise<Answer>;

const ofUpload: Readonly<Record<string, Operation>> = {
  PUT: uploadPart,
  GET: listParts,
  DELETE: abortUpload,
  POST: completeUpload,
};

const ofObject: Readonly<Record<string, Operation>> = {
  PUT: putObject,
  GET: readObject,
  HEAD: readObject,
  DELETE: deleteObject,
};

/** Operations that are not here are refused by name, never taken for another one. */
export const findOperation = ({ request }: Pick<Exchange, 'request'>): Operation => {
  if (request.key === '') return handleBucket;
  const isCopy = findHeader(request, 'x-amz-copy-source') !== undefined;
  const isUpload = findQuery(request, 'uploadId') !== undefined;
  const isCreate = request.method === 'POST' && findQuery(request, 'uploads') !== undefined;
  let operation: Operation | undefined;
  if (isCreate && isPlain(request, ['uploads'])) operation = createUpload;
  else if (isUpload && isPlain(request, ['uploadId', 'partNumber', 'max-parts', 'part-number-marker']))
    operation = ofUpload[request.method];
  else if (isPlain(request)) operation = ofObject[request.method];
  if (operation === undefined || isCopy)
    throw new S3Error('NotImplemented', 'A header or query you provided implies functionality not in here.');
  return operation;
};
