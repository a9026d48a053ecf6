import type { IncomingMessage } from 'node:http';
import { isSame } from '../is-same.ts';
import { sha256, signingKey, signRequest } from '../s3/signature.ts';
import { Refusal } from './refusal.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const header =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/cognito-idp\/aws4_request, ?SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})$/;

/** Throws what Cognito answers to a request that is not signed by the keys. */
export const checkSignature = (message: IncomingMessage, body: Buffer, keys: Keys): void => {
  const claim = header.exec(message.headers.authorization ?? '');
  if (claim === null)
    throw new Refusal('MissingAuthenticationTokenException', 'Missing Authentication Token');
  const [, accessKeyId, day = '', region = '', signedHeaders = '', signature = ''] = claim;
  if (accessKeyId !== keys.accessKeyId)
    throw new Refusal(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    );
  const scope = { day, region, service: 'cognito-idp' };
  const timestamp = message.headersDistinct['x-amz-date']?.join(',') ?? '';
  const expected = signRequest(signingKey(keys.secretAccessKey, scope), timestamp, scope, {
    method: message.method ?? '',
    path: '/',
    query: [],
    headers: signedHeaders
      .split(';')
      .map((name) => [name, message.headersDistinct[name]?.join(',') ?? ''] as const),
    payloadHash: sha256(body),
  });
  if (!isSame(expected, signature))
    throw new Refusal('InvalidSignatureException', 'The request signature does not match.');
};
