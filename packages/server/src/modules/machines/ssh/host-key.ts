import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';

/** `ssh-ed25519 AAAA...` of a key as it is sent. */
export const describeHostKey = (key: Buffer): string => `${typeOf(key)} ${key.toString('base64')}`;

/** Whether a key as it is sent is the one known: a line of OpenSSH or `SHA256:...`. */
export const isHostKey = (known: string, key: Buffer): boolean => {
  const [type = '', body = ''] = known.trim().split(/\s+/);
  if (!type.startsWith('SHA256:')) return isSame(Buffer.from(body, 'base64'), key);
  return isSame(
    Buffer.from(type.slice('SHA256:'.length), 'base64'),
    createHash('sha256').update(key).digest(),
  );
};

/** Whether two ways of writing keys name the same one. */
export const isSameHostKey = (known: string, other: string): boolean => {
  const [, body] = other.trim().split(/\s+/);
  return (
    known.trim() === other.trim() || (body !== undefined && isHostKey(known, Buffer.from(body, 'base64')))
  );
};

const algorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/** A machine has keys of several types: it is asked for the one that is known. */
export const algorithmsFor = (known: string | undefined): ServerHostKeyAlgorithm[] => {
  const type = known?.trim().split(/\s+/, 1)[0];
  const wanted = algorithms.filter(
    (name) => name === type || (type === 'ssh-rsa' && name.startsWith('rsa-')),
  );
  return wanted.length > 0 ? wanted : [...algorithms];
};

/** Each field of a key stands behind its length, in four bytes. */
const typeOf = (key: Buffer): string => key.toString('latin1', 4, 4 + key.readUInt32BE(0));

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
