import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Config } from '../../../kernel/config/config.ts';
import { checkedContent } from './checked-content.ts';
import { isFileName, pathOf, type FileId, type RepositoryFiles } from './repository-files.ts';

/** Parts are held in memory while they travel: a pack of 16 MiB goes in three, two at once. */
const uploadOptions = { queueSize: 2, partSize: 6 * 1024 * 1024 };

export const createRepositoryS3Client = (config: S3Config): S3Client =>
  new S3Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint, forcePathStyle: true }),
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // Stores other than AWS often refuse the newer trailing checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw error;
  }
};

/** A repository below a prefix (which ends with `/`) of a bucket. */
export const createS3Files = (client: S3Client, bucket: string, prefix: string): RepositoryFiles => {
  const objectOf = (file: FileId): { Bucket: string; Key: string } => ({
    Bucket: bucket,
    Key: prefix + pathOf(file),
  });
  return {
    list: async (kind, signal) => {
      if (kind === 'config') return [];
      const found: { name: string; sizeBytes: number }[] = [];
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${prefix}${kind}/`,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          { abortSignal: signal },
        );
        for (const { Key = '', Size = 0 } of page.Contents ?? []) {
          const name = Key.slice(Key.lastIndexOf('/') + 1);
          if (isFileName(name)) found.push({ name, sizeBytes: Size });
        }
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return found;
    },
    findSize: async (file) =>
      (await ifThere(client.send(new HeadObjectCommand(objectOf(file)))))?.ContentLength,
    open: async (file, range) => {
      const answer = await ifThere(
        client.send(
          new GetObjectCommand({
            ...objectOf(file),
            ...(range === undefined ? {} : { Range: `bytes=${range.start}-${range.end ?? ''}` }),
          }),
        ),
      );
      if (answer === undefined) return undefined;
      const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1];
      const content = answer.Body as Readable;
      return {
        sizeBytes: Number(total ?? answer.ContentLength ?? 0),
        read: () => buffer(content),
        sendTo: (sink) => pipeline(content, sink, { end: false }),
        [Symbol.asyncDispose]: async () => void content.destroy(),
      };
    },
    write: async (file, source) => {
      const content = checkedContent(file, source);
      try {
        const params = { ...objectOf(file), Body: content };
        // A stream that fails ends the upload before its last part: nothing is stored then.
        await new Upload({ client, params, ...uploadOptions }).done();
      } catch (error) {
        content.destroy();
        throw error;
      }
    },
    remove: async (file) => {
      await client.send(new DeleteObjectCommand(objectOf(file)));
    },
  };
};
