import {
  DocumentError,
  gunzipBounded,
  GzipError,
  TooMuchMemory,
  type JsonDocument,
  type OptimizationApi,
} from '../../optimization/index.ts';
import { isGzip } from '../../../kernel/packed/packed.ts';
import { createSlots } from '../../../kernel/slots.ts';
import { DoorError, type DoorRequest } from '../door.ts';

export const maxBodyBytes = 64 * 1024 * 1024;
/** Of whoever has not said who they are. */
const maxPublicBodyBytes = 64 * 1024;

/** Malformed JSON has a form of its own among the refusals. */
export class InvalidJson extends Error {
  override readonly name = 'InvalidJson';
}

const tooLarge = (limit: number): DoorError =>
  new DoorError(413, `The body is larger than the ${limit} bytes allowed here.`);

/** Collects a body, as long as it is within what its route takes. */
export const collectBody = async (
  payload: AsyncIterable<Buffer>,
  options: { readonly isPublic: boolean; readonly announcedBytes: number },
): Promise<Buffer> => {
  const limit = options.isPublic ? maxPublicBodyBytes : maxBodyBytes;
  if (options.announcedBytes > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of payload) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
};

/** Longer ones are unpacked a few at a time, and stay until they are answered: a few kilobytes may be 64 MB. */
const shortBytes = 1024 * 1024;
const longAtOnce = { maxInFlight: 4, maxWaiting: 200 };

/** Undefined where it is longer. */
const unpackUpTo = async (body: Buffer, maxBytes: number): Promise<Buffer | undefined> => {
  try {
    return await gunzipBounded(body, maxBytes);
  } catch (error) {
    if (!(error instanceof GzipError)) throw error;
    if (error.code === 'too_long') return undefined;
    throw new InvalidJson('The body is no gzip.', { cause: error });
  }
};

/**
 * Does the work on what was sent, unpacked. The client announces brotli on every request and sends none, so that
 * `Content-Encoding` says nothing: what is gzip by its first bytes is.
 */
export const createUnpacking = () => {
  const long = createSlots(longAtOnce);
  return async <T>(body: Buffer, work: (unpacked: Buffer) => Promise<T>): Promise<T> => {
    if (!isGzip(body)) return work(body);
    const short = await unpackUpTo(body, shortBytes);
    if (short !== undefined) return work(short);
    return long.run(async () => {
      const unpacked = await unpackUpTo(body, maxBodyBytes);
      if (unpacked === undefined) throw tooLarge(maxBodyBytes);
      return work(unpacked);
    });
  };
};

const isJson = (mediaType: string): boolean => /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType);

const emptyObject = Buffer.from('{}');

/** An empty body, or one that does not call itself JSON, is an empty object. Throws `InvalidJson`. */
export const readJson = async (
  { scan }: OptimizationApi['documents'],
  body: Buffer,
  mediaType: string,
): Promise<JsonDocument> => {
  const isGiven = body.length > 0 && isJson(mediaType);
  try {
    return await scan(isGiven ? body : emptyObject, { maxBytes: maxBodyBytes });
  } catch (error) {
    if (error instanceof TooMuchMemory) {
      throw new DoorError(413, 'The body takes more memory than there is for it.');
    }
    if (!(error instanceof DocumentError)) throw error;
    if (error.code === 'too_deep' || error.code === 'too_long') throw new DoorError(400, error.message);
    throw new InvalidJson(error.message, { cause: error });
  }
};

const emptyForm: DoorRequest['form'] = { fields: new Map(), file: undefined };

/** A form, with or without a file. What is no form has no fields: the route says which one is missing. */
export const readForm = async (body: Buffer, mediaType: string): Promise<DoorRequest['form']> => {
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)\s*(;|$)/i.test(mediaType))
    return emptyForm;
  let form: FormData;
  try {
    // oxlint-disable-next-line typescript/no-deprecated -- against bodies without end; this one is bounded and here
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': mediaType } }).formData();
  } catch {
    throw new DoorError(400, 'The form could not be read.');
  }
  const fields = new Map<string, string>();
  let file: DoorRequest['form']['file'];
  for (const [name, value] of form) {
    if (typeof value === 'string') fields.set(name, value);
    else file ??= { name: value.name, content: Buffer.from(await value.arrayBuffer()) };
  }
  return { fields, file };
};
