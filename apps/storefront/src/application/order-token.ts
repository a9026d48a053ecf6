import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The token of an order without a customer. It follows from a random salt in the order and from the caller's own
 * idempotency key, so that a repeated request whose first answer was lost gets the same token, though only its
 * hash is stored: neither the key nor the salt alone says anything.
 */
export const deriveToken = (salt: Buffer, key: Buffer): string =>
  createHmac('sha256', salt).update(key).digest('base64url');

export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();

export const isToken = (token: string | undefined, hash: Buffer | null): boolean =>
  token !== undefined && hash !== null && timingSafeEqual(hashToken(token), hash);
