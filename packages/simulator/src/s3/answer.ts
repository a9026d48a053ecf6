import type { ObjectStore } from './object-store.ts';
import type { S3Request } from './request.ts';
import type { UploadStore } from './upload-store.ts';

/** What is answered: XML, the content of an object, or nothing. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly xml?: string;
  readonly content?: AsyncIterable<Buffer>;
}

/** What an operation works with. */
export interface Exchange {
  readonly request: S3Request;
  readonly bucket: Bucket;
  /** The decoded body; ends without an error only when it is what was promised. */
  readonly body: (maxBytes?: number) => AsyncIterable<Buffer>;
}

export interface Bucket {
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
}

/** What S3 and we take as a body of XML. */
export const maxXmlBytes = 2 * 1024 * 1024;
