import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkSignature, type Keys } from './check-signature.ts';
import { Refusal } from './refusal.ts';
import { createUserPool, type UserPoolOptions } from './user-pool.ts';

export interface CognitoOptions extends Keys, UserPoolOptions {
  /** 0 takes a free one. Only this host reaches it. */
  readonly port: number;
}

export interface CognitoStandIn extends AsyncDisposable {
  readonly url: string;
  /** The next so many requests are answered by this error of AWS, `TooManyRequestsException` or another. */
  failNext(count: number, type: string): void;
}

const maxBodyBytes = 256 * 1024;
const target = /^AWSCognitoIdentityProviderService\.(\w+)$/;

/** Plays a user pool of AWS Cognito on this host: the JSON wire of its administrators, signatures checked for real. */
export const startCognito = async (options: CognitoOptions): Promise<CognitoStandIn> => {
  const pool = createUserPool(options);
  let failures: string[] = [];

  const answerTo = async (message: IncomingMessage): Promise<unknown> => {
    const body = await readBody(message);
    checkSignature(message, body, options);
    const failure = failures.shift();
    if (failure !== undefined)
      throw new Refusal(failure, 'As ordered.', failure === 'InternalErrorException' ? 500 : 400);
    const name = target.exec(message.headers['x-amz-target']?.toString() ?? '')?.[1];
    const operation = name === undefined || !Object.hasOwn(pool, name) ? undefined : pool[name];
    if (operation === undefined)
      throw new Refusal('UnknownOperationException', `${name ?? 'it'} is not played here.`);
    return operation(JSON.parse(body.toString()) as Readonly<Record<string, unknown>>);
  };

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    try {
      send(200, await answerTo(message));
    } catch (error) {
      if (error instanceof Refusal) send(error.status, { __type: error.type, message: error.message });
      else send(400, { __type: 'SerializationException' });
    }
  };

  const server = createServer((message, response) => {
    handle(message, response).catch(() => response.destroy());
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failNext: (count, type) => {
      failures = Array.from({ length: count }, () => type);
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBodyBytes) throw new Refusal('RequestEntityTooLargeException', 'Too large.', 413);
    parts.push(part);
  }
  return Buffer.concat(parts);
};
