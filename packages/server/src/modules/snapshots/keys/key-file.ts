import { createCipheriv, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from '../../../kernel/random.ts';
import { createDecrypt, type Decrypt } from '../reader/cipher.ts';
import { poly1305Aes } from './poly1305-aes.ts';

/** A file below `keys`: the repository's key, sealed with one that scrypt makes of a password. */
interface KeyFile {
  readonly created: string;
  readonly username: string;
  readonly hostname: string;
  readonly kdf: 'scrypt';
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly data: string;
}

/** A millisecond and a mebibyte. */
const light = { N: 1024, r: 8, p: 1 } as const;
const saltLength = 64;
const ivLength = 16;

const derive = promisify(
  scrypt as (
    password: string,
    salt: Buffer,
    length: number,
    options: object,
    done: (error: Error | null, key: Buffer) => void,
  ) => void,
);

/** 32 bytes to encrypt with, and twice 16 for the MAC. */
const deriveUserKey = (
  { N, r, p }: Pick<KeyFile, 'N' | 'r' | 'p'>,
  salt: Buffer,
  password: string,
): Promise<Buffer> => derive(password, salt, 64, { N, r, p, maxmem: 256 * N * r });

const parse = (file: Buffer): KeyFile => JSON.parse(file.toString()) as KeyFile;

/** Takes longer to open than a key of ours has to. */
export const isSlow = (file: Buffer): boolean => parse(file).N > light.N;

/** The repository's key as JSON; undefined when the password is not that file's. */
const openContent = async (file: Buffer, password: string): Promise<Buffer | undefined> => {
  const { salt, data, ...cost } = parse(file);
  const user = await deriveUserKey(cost, Buffer.from(salt, 'base64'), password);
  const decrypt = await createDecrypt(user.subarray(0, 32));
  const content = await decrypt(Buffer.from(data, 'base64'));
  try {
    JSON.parse(content.toString());
    return content;
  } catch {
    return undefined;
  }
};

/** What opens the repository; undefined when the password is not that file's. */
export const openKey = async (file: Buffer, password: string): Promise<Decrypt | undefined> => {
  const content = await openContent(file, password);
  if (content === undefined) return undefined;
  const { encrypt } = JSON.parse(content.toString()) as { encrypt: string };
  return createDecrypt(Buffer.from(encrypt, 'base64'));
};

/** The same key under the same password, in a file that is quick to open. Undefined when the password is another. */
export const makeLight = async (
  file: Buffer,
  password: string,
  random: Pick<Random, 'secret'>,
): Promise<Buffer | undefined> => {
  const content = await openContent(file, password);
  if (content === undefined) return undefined;
  const { created, username, hostname, kdf } = parse(file);
  const salt = Buffer.from(random.secret(saltLength), 'base64url');
  const user = await deriveUserKey(light, salt, password);
  const iv = Buffer.from(random.secret(ivLength), 'base64url');
  const cipher = createCipheriv('aes-256-ctr', user.subarray(0, 32), iv);
  const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
  const mac = poly1305Aes(sealed, { k: user.subarray(32, 48), r: user.subarray(48), nonce: iv });
  return Buffer.from(
    JSON.stringify({
      created,
      username,
      hostname,
      kdf,
      ...light,
      salt: salt.toString('base64'),
      data: Buffer.concat([iv, sealed, mac]).toString('base64'),
    } satisfies KeyFile),
  );
};
