import { webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdDecompress } from 'node:zlib';

/**
 * What of restic's format is needed to read it (design document of restic, "Repository Format", version 2): AES-256 in
 * counter mode, `IV (16) || ciphertext || MAC (16)`, below it zstd where it helps. The MAC is not checked: everything
 * that is read here is checked by its SHA-256 instead, in a chain that starts at the id of the snapshot.
 */
export type Decrypt = (sealed: Buffer) => Promise<Buffer>;

const ivLength = 16;
const macLength = 16;

const unpack = promisify(zstdDecompress);

export const createDecrypt = async (key: Buffer): Promise<Decrypt> => {
  const imported = await webcrypto.subtle.importKey('raw', key, 'AES-CTR', false, ['decrypt']);
  return async (sealed) =>
    Buffer.from(
      // Off the main thread, as everything here that costs: the server goes on answering meanwhile.
      await webcrypto.subtle.decrypt(
        { name: 'AES-CTR', counter: sealed.subarray(0, ivLength), length: 128 },
        imported,
        sealed.subarray(ivLength, -macLength),
      ),
    );
};

export const sha256 = async (content: Uint8Array<ArrayBuffer>): Promise<string> =>
  Buffer.from(await webcrypto.subtle.digest('SHA-256', content)).toString('hex');

/** A blob of a pack: squeezed when the index gives another length for its content. */
export const openBlob = async (decrypt: Decrypt, sealed: Buffer, isCompressed: boolean): Promise<Buffer> => {
  const content = await decrypt(sealed);
  return isCompressed ? unpack(content) : content;
};

/** A whole file of JSON; version 2 marks a squeezed one with a leading 2. */
export const openFile = async (decrypt: Decrypt, sealed: Buffer): Promise<unknown> => {
  const content = await decrypt(sealed);
  const text = content[0] === 2 ? await unpack(content.subarray(1)) : content;
  return JSON.parse(text.toString()) as unknown;
};
