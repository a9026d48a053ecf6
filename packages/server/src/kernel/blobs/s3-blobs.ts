import { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Config } from '../config/config.ts';
import { assertBlobKey, assertBlobRange, type Blobs } from './blobs.ts';
import { measure } from './measure.ts';

/** Parts are held in memory while they travel: two of 5 MiB, S3's smallest, and the one that is being filled. */
const uploadOptions = { queueSize: 2, partSize: 5 * 1024 * 1024 };

/** Blobs in an S3 bucket, which all replicas share. */
export const createS3Blobs = (config: S3Config): Blobs => {
  const client = new S3Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // Stores other than AWS often refuse the newer trailing checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const objectOf = (key: string): { Bucket: string; Key: string } => {
    assertBlobKey(key);
    return { Bucket: config.bucket, Key: config.prefix + key };
  };
  const deleteObjects = async (keys: readonly string[]): Promise<void> => {
    if (keys.length === 0) return;
    const { Errors: errors = [] } = await client.send(
      new DeleteObjectsCommand({
        Bucket: config.bucket,
        Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
      }),
    );
    // The answer is a success even when no object was deleted.
    const [first] = errors;
    if (first !== undefined)
      throw new Error(
        `${errors.length} objects were not deleted; ${first.Key}: ${first.Code} ${first.Message}`,
      );
  };
  return {
    put: async (key, content) => {
      const measured = measure(content);
      try {
        const params = { ...objectOf(key), Body: measured.content };
        await new Upload({ client, params, ...uploadOptions }).done();
        return measured.info();
      } catch (error) {
        measured.content.destroy();
        throw error;
      }
    },
    open: async (key, range) => {
      assertBlobRange(range);
      const object = objectOf(key);
      try {
        const answer = await client.send(
          new GetObjectCommand({
            ...object,
            ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end ?? ''}` }),
          }),
        );
        const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
        return { content: answer.Body as Readable, sizeBytes: Number(total ?? answer.ContentLength ?? 0) };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        if (!(error instanceof S3ServiceException) || error.name !== 'InvalidRange') throw error;
        // Nothing of the range is inside: an empty blob has no range at all.
        const { ContentLength = 0 } = await client.send(new HeadObjectCommand(object));
        return { content: Readable.from([]), sizeBytes: ContentLength };
      }
    },
    deleteAll: async (prefix) => {
      const { Bucket, Key } = objectOf(prefix);
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: `${Key}/`,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
        );
        await deleteObjects((page.Contents ?? []).flatMap((object) => object.Key ?? []));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      // A request of its own: one request takes 1,000 keys, and a page may hold as many.
      await deleteObjects([Key]);
    },
  };
};
