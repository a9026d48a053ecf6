import { timingSafeEqual } from 'node:crypto';

/** Whether a secret in ASCII was given, in a time that does not tell how much of it was right. */
export const isSame = (expected: string, given: string): boolean =>
  expected.length === given.length &&
  Buffer.byteLength(given) === given.length &&
  timingSafeEqual(Buffer.from(expected), Buffer.from(given));
