import { createCipheriv } from 'node:crypto';

const blockLength = 16;
const prime = 2n ** 130n - 5n;
const clamp = 0x0ffffffc_0ffffffc_0ffffffc_0fffffffn;

/** Bytes, the least first, as a number. */
const numberOf = (bytes: Buffer): bigint => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`);

/**
 * Poly1305-AES of D. J. Bernstein, which OpenSSL has only as a part of something else. For the few bytes of a key: slow,
 * and not in constant time.
 */
export const poly1305Aes = (
  message: Buffer,
  key: { readonly k: Buffer; readonly r: Buffer; readonly nonce: Buffer },
): Buffer => {
  const r = numberOf(key.r) & clamp;
  let sum = 0n;
  for (let at = 0; at < message.length; at += blockLength) {
    const block = message.subarray(at, at + blockLength);
    sum = ((sum + numberOf(block) + (1n << BigInt(8 * block.length))) * r) % prime;
  }
  const aes = createCipheriv('aes-128-ecb', key.k, null).setAutoPadding(false);
  const pad = numberOf(aes.update(key.nonce));
  const tag = (sum + pad) & ((1n << 128n) - 1n);
  return Buffer.from(Buffer.from(tag.toString(16).padStart(2 * blockLength, '0'), 'hex').toReversed());
};
