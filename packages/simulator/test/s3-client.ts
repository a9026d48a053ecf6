import { createHash } from 'node:crypto';
import { sha256, signingKey, signRequest, createChunkSigner, uriEncode } from '../src/s3/signature.ts';

export interface Call {
  readonly method?: string;
  /** Decoded, with the bucket. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Words instead of the hash of the body. */
  readonly payloadHash?: string;
  /** Sends the body as signed chunks of these texts; a wrong one is sent where another was signed. */
  readonly chunks?: readonly { readonly signed: string; readonly sent: string }[];
}

export interface Signer {
  readonly url: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly now: Date;
}

const basic = (at: Date): string => at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
const addressOf = (url: string, path: string, query: Readonly<Record<string, string>>): string =>
  `${url}${path.split('/').map(uriEncode).join('/')}?${Object.entries(query)
    .map(([name, value]) => `${uriEncode(name)}=${uriEncode(value)}`)
    .join('&')}`;

/** A request signed in its header. */
export const call = async (
  signer: Signer,
  { method = 'GET', path, query = {}, ...rest }: Call,
): Promise<Response> => {
  const timestamp = basic(signer.now);
  const scope = { day: timestamp.slice(0, 8), region: 'us-east-1' };
  const key = signingKey(signer.secretAccessKey, scope);
  const content = rest.chunks?.map(({ signed }) => signed).join('') ?? '';
  const payloadHash =
    rest.payloadHash ??
    (rest.chunks === undefined ? sha256(rest.body ?? '') : 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const headers: Record<string, string> = {
    ...rest.headers,
    ...(rest.chunks === undefined ? {} : { 'x-amz-decoded-content-length': String(content.length) }),
    host: new URL(signer.url).host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': timestamp,
  };
  const names = Object.keys(headers).toSorted();
  const signature = signRequest(key, timestamp, scope, {
    method,
    path,
    query: Object.entries(query),
    headers: names.map((name) => [name, headers[name] ?? ''] as const),
    payloadHash,
  });
  const credential = `${signer.accessKeyId}/${scope.day}/us-east-1/s3/aws4_request`;
  headers['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  let body = rest.body;
  if (rest.chunks !== undefined) {
    const chunkSigner = createChunkSigner(key, timestamp, scope);
    let previous = signature;
    body = '';
    for (const { signed, sent } of [...rest.chunks, { signed: '', sent: '' }]) {
      previous = chunkSigner.chunk(previous, sha256(signed));
      body += `${sent.length.toString(16)};chunk-signature=${previous}\r\n${sent}\r\n`;
    }
  }
  return fetch(addressOf(signer.url, path, query), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
};

/** An address that needs no header. */
export const presign = (signer: Signer, path: string, expiresSeconds: number): string => {
  const timestamp = basic(signer.now);
  const scope = { day: timestamp.slice(0, 8), region: 'us-east-1' };
  const query: Record<string, string> = {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${signer.accessKeyId}/${scope.day}/us-east-1/s3/aws4_request`,
    'X-Amz-Date': timestamp,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': 'host',
  };
  const signature = signRequest(signingKey(signer.secretAccessKey, scope), timestamp, scope, {
    method: 'GET',
    path,
    query: Object.entries(query),
    headers: [['host', new URL(signer.url).host]],
    payloadHash: 'UNSIGNED-PAYLOAD',
  });
  return addressOf(signer.url, path, { ...query, 'X-Amz-Signature': signature });
};

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
