import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Config } from '../config/config.ts';
import { blobKeyPattern, type Blobs } from './blobs.ts';

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
    if (!blobKeyPattern.test(key)) throw new Error(`not a blob key: ${key}`);
    return { Bucket: config.bucket, Key: config.prefix + key };
  };
  return {
    put: async (key, content) => {
      const hash = createHash('sha256');
      let sizeBytes = 0;
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          hash.update(chunk);
          sizeBytes += chunk.length;
          done(null, chunk);
        },
      });
      content.once('error', (error) => measure.destroy(error));
      await new Upload({ client, params: { ...objectOf(key), Body: content.pipe(measure) } }).done();
      return { sizeBytes, sha256: hash.digest('hex') };
    },
    open: async (key, range) => {
      try {
        const answer = await client.send(
          new GetObjectCommand({
            ...objectOf(key),
            ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end ?? ''}` }),
          }),
        );
        const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
        return { content: answer.Body as Readable, sizeBytes: Number(total ?? answer.ContentLength ?? 0) };
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
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
        const found = [
          ...(page.Contents ?? []).map((object) => ({ Key: object.Key })),
          ...(token === undefined ? [{ Key }] : []),
        ];
        if (found.length > 0)
          await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: found, Quiet: true } }));
        token = page.NextContinuationToken;
      } while (token !== undefined);
    },
  };
};
