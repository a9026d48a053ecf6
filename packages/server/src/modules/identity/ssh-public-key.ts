import { createHash } from 'node:crypto';
import { AppError } from '../../kernel/errors.ts';

export interface SshPublicKey {
  readonly algorithm: string;
  /** As `ssh-keygen -l` shows it. */
  readonly fingerprint: string;
  /** Algorithm and key in one line, without a comment: safe to write into an authorized_keys file. */
  readonly line: string;
}

const minRsaBits = 2048;
const maxRsaBits = 16_384;

/** Length of an uncompressed point: a byte that says so, and two coordinates. */
const pointBytes: Readonly<Record<string, number>> = { nistp256: 65, nistp384: 97, nistp521: 133 };

const invalid = (reason: string): AppError => new AppError('ssh_key.invalid', { reason });

/** Fields of RFC 4251, section 5: a length in four bytes, then so many bytes. */
const readFields = (blob: Buffer): readonly Buffer[] => {
  const fields: Buffer[] = [];
  for (let at = 0; at < blob.length;) {
    if (at + 4 > blob.length) throw invalid('the key is cut off');
    const end = at + 4 + blob.readUInt32BE(at);
    if (end > blob.length) throw invalid('the key is cut off');
    fields.push(blob.subarray(at + 4, end));
    at = end;
  }
  return fields;
};

const bitLength = (integer: Buffer): number => {
  const start = integer.findIndex((byte) => byte !== 0);
  return start === -1 ? 0 : (integer.length - start - 1) * 8 + (32 - Math.clz32(integer[start] ?? 0));
};

const checkPoint = (curve: Buffer | undefined, point: Buffer | undefined, expected: string): void => {
  const isRight =
    curve?.toString() === expected && point?.length === pointBytes[expected] && point?.[0] === 4;
  if (!isRight) throw invalid(`the point is not one of the curve ${expected}`);
};

/** What follows the algorithm's name, by algorithm (RFC 4253, 5656, 8709; OpenSSH PROTOCOL.u2f). */
const checks: Readonly<Record<string, { fields: number; check: (fields: readonly Buffer[]) => void }>> = {
  'ssh-ed25519': { fields: 1, check: ([key]) => checkEd25519(key) },
  'ssh-rsa': {
    fields: 2,
    check: ([, modulus]) => {
      const bits = bitLength(modulus ?? Buffer.alloc(0));
      if (bits < minRsaBits) throw invalid(`RSA keys need ${minRsaBits} bits at least, this one has ${bits}`);
      if (bits > maxRsaBits) throw invalid(`RSA keys have ${maxRsaBits} bits at most`);
    },
  },
  'ecdsa-sha2-nistp256': { fields: 2, check: ([curve, point]) => checkPoint(curve, point, 'nistp256') },
  'ecdsa-sha2-nistp384': { fields: 2, check: ([curve, point]) => checkPoint(curve, point, 'nistp384') },
  'ecdsa-sha2-nistp521': { fields: 2, check: ([curve, point]) => checkPoint(curve, point, 'nistp521') },
  'sk-ssh-ed25519@openssh.com': { fields: 2, check: ([key]) => checkEd25519(key) },
  'sk-ecdsa-sha2-nistp256@openssh.com': {
    fields: 3,
    check: ([curve, point]) => checkPoint(curve, point, 'nistp256'),
  },
};

const checkEd25519 = (key: Buffer | undefined): void => {
  if (key?.length !== 32) throw invalid('an Ed25519 key has 32 bytes');
};

/**
 * Reads one line as `ssh-keygen` writes it to a `.pub` file. Throws `ssh_key.invalid` with a reason: also for
 * options before the key, which would become commands on a machine.
 */
export const parseSshPublicKey = (text: string): SshPublicKey => {
  const line = text.trim();
  if (line.includes('PRIVATE KEY')) {
    throw invalid('it is a private key, which should never leave your computer; make a new pair');
  }
  if (/[\r\n]/.test(line)) throw invalid('give one key in one line');
  const [algorithm = '', encoded = ''] = line.split(/[ \t]+/);
  const known = Object.hasOwn(checks, algorithm) ? checks[algorithm] : undefined;
  if (known === undefined) throw invalid(`it must start with one of ${Object.keys(checks).join(', ')}`);
  const blob = Buffer.from(encoded, 'base64');
  if (blob.length === 0 || blob.toString('base64').replace(/=+$/, '') !== encoded.replace(/=+$/, '')) {
    throw invalid('the key is not base64');
  }
  const [name, ...fields] = readFields(blob);
  if (name?.toString() !== algorithm) throw invalid('the key is of another algorithm than it says');
  if (fields.length !== known.fields) throw invalid('the key is cut off');
  known.check(fields);
  return {
    algorithm,
    fingerprint: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    line: `${algorithm} ${blob.toString('base64')}`,
  };
};
