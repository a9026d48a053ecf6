import { generateKeyPairSync, type KeyExportOptions } from 'node:crypto';

export interface KeyPair {
  /** In OpenSSH's format, without a passphrase. */
  readonly privateKey: string;
  /** A line for `authorized_keys`. */
  readonly publicKey: string;
}

const type = 'ssh-ed25519';
const blockBytes = 8;

/** A new pair of Ed25519 keys. Written by hand (OpenSSH's PROTOCOL.key), so that it needs no ssh2 in memory. */
export const createKeyPair = (comment = 'dumont'): KeyPair => {
  const pair = generateKeyPairSync('ed25519');
  const jwk = { format: 'jwk' } as KeyExportOptions<'jwk'> & { format: 'jwk' };
  const { d = '', x = '' } = pair.privateKey.export(jwk);
  const seed = Buffer.from(d, 'base64url');
  const point = Buffer.from(x, 'base64url');
  const publicBlob = Buffer.concat([field(type), field(point)]);
  // Equal numbers tell OpenSSH that the passphrase was right; without one they say nothing.
  const check = Buffer.concat([point.subarray(0, 4), point.subarray(0, 4)]);
  const secret = Buffer.concat([check, publicBlob, field(Buffer.concat([seed, point])), field(comment)]);
  const padding = Buffer.from(
    Array.from({ length: (blockBytes - (secret.length % blockBytes)) % blockBytes }, (_, index) => index + 1),
  );
  const keyCount = Buffer.from([0, 0, 0, 1]);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    keyCount,
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  return { privateKey: armor(body), publicKey: `${type} ${publicBlob.toString('base64')} ${comment}` };
};

const field = (content: string | Buffer): Buffer => {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const armor = (body: Buffer): string => {
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join(
    '\n',
  );
};
