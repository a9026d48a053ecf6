import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../clock.ts';
import { isSame } from '../is-same.ts';
import type { Answer, Bucket } from './answer.ts';
import { authenticate, type S3Credentials } from './authenticate.ts';
import { readBody, readText } from './body.ts';
import { createFaults, parseFault, type S3Fault, type S3Faults } from './faults.ts';
import { openObjectStore } from './object-store.ts';
import { readRequest, type S3Request } from './request.ts';
import { findOperation } from './route.ts';
import { errorDocument, S3Error } from './s3-error.ts';
import { openUploadStore } from './upload-store.ts';

export interface S3Options extends S3Credentials {
  /** 0 takes a free one. Only this host reaches it. */
  readonly port: number;
  readonly buckets: readonly string[];
  /** Where objects and open uploads outlive the process. */
  readonly folder: string;
  readonly clock: Clock;
}

export interface S3StandIn extends AsyncDisposable {
  /** `http://127.0.0.1:9000`; buckets are the first part of the path. */
  readonly url: string;
  readonly faults: Pick<S3Faults, 'add' | 'clear'>;
}

const maxFaultBytes = 4096;

/** Plays S3 on this host: path-style addresses, signatures checked for real, faults on demand. */
export const startS3 = async (options: S3Options): Promise<S3StandIn> => {
  const buckets = new Map<string, Bucket>();
  for (const name of options.buckets) {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) throw new Error(`not a name of a bucket: ${name}`);
    const folder = join(options.folder, name);
    buckets.set(name, {
      objects: await openObjectStore(folder, options.clock),
      uploads: await openUploadStore(folder, options.clock),
    });
  }
  const faults = createFaults();
  const closing = new AbortController();

  const answerTo = async (
    message: IncomingMessage,
    request: S3Request,
    response: ServerResponse,
    fault: S3Fault | undefined,
  ): Promise<Answer> => {
    if (fault?.name === 'slow') await options.clock.sleep(fault.delayMs, closing.signal);
    if (fault?.name === 'slow-down') throw new S3Error('SlowDown', 'Please reduce your request rate.');
    const signed = authenticate(request, options, options.clock);
    const bucket = buckets.get(request.bucket);
    if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
    return findOperation({ request })({
      request,
      bucket,
      body: (maxBytes) => {
        if (message.headers.expect !== undefined) response.writeContinue();
        const content = readBody(message, request, signed, maxBytes);
        return fault?.name === 'reset' ? resetAfter(content, fault.afterBytes, message) : content;
      },
    });
  };

  let requests = 0;
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = String(++requests);
    response.setHeader('x-amz-request-id', requestId);
    let resource = '';
    try {
      if (message.url === '/_faults') {
        await takeFault(message, response, options, faults);
        return;
      }
      const request = readRequest(message);
      resource = request.path;
      const fault = faults.take(request);
      const answer = await answerTo(message, request, response, fault);
      const content =
        fault?.name === 'reset' && answer.content !== undefined
          ? resetAfter(answer.content, fault.afterBytes, message)
          : answer.content;
      await send(response, content === undefined ? answer : { ...answer, content });
    } catch (error) {
      if (response.headersSent || message.socket.destroyed) {
        response.destroy();
        return;
      }
      const refusal =
        error instanceof S3Error ? error : new S3Error('InternalError', 'We encountered an internal error.');
      // A HEAD has no body: the status is all that a client learns.
      const xml = message.method === 'HEAD' ? {} : { xml: errorDocument(refusal, resource, requestId) };
      await send(response, { status: refusal.status, headers: refusal.headers, ...xml });
    }
  };

  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    handle(message, response).catch(() => response.destroy());
  };
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 0 }, listener);
  // Refused before the client sends its body.
  server.on('checkContinue', listener);
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const send = async (response: ServerResponse, answer: Answer): Promise<void> => {
  response.writeHead(answer.status, {
    ...(answer.xml === undefined ? {} : { 'content-type': 'application/xml' }),
    ...answer.headers,
  });
  if (answer.content === undefined) response.end(answer.xml);
  else await pipeline(answer.content, response);
};

/** Lets so many bytes pass and resets the connection: what the other side sees when a host dies. */
async function* resetAfter(
  content: AsyncIterable<Buffer>,
  afterBytes: number,
  message: IncomingMessage,
): AsyncGenerator<Buffer> {
  let left = afterBytes;
  for await (const part of content) {
    if (part.length >= left) {
      yield part.subarray(0, left);
      message.socket.resetAndDestroy();
      throw new Error('reset on demand');
    }
    left -= part.length;
    yield part;
  }
}

/** `POST /_faults` with a fault as JSON, and the secret as its bearer: for the stand-in as a program. */
const takeFault = async (
  message: IncomingMessage,
  response: ServerResponse,
  { secretAccessKey }: S3Credentials,
  faults: S3Faults,
): Promise<void> => {
  if (!isSame(`Bearer ${secretAccessKey}`, message.headers.authorization ?? ''))
    throw new S3Error('AccessDenied', 'Access Denied');
  if (message.method === 'DELETE') faults.clear();
  else {
    if (!(Number(message.headers['content-length']) <= maxFaultBytes))
      throw new S3Error('EntityTooLarge', 'A fault is a small JSON object.');
    const fault = parseFault(await readText(message.iterator({ destroyOnReturn: false })));
    if (message.method !== 'POST' || fault === undefined)
      throw new S3Error('InvalidRequest', 'POST a fault: slow, reset or slow-down.');
    faults.add(fault);
  }
  response.writeHead(204).end();
};
