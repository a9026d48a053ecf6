import { createHash } from 'node:crypto';

/** What is stored of a random secret: enough to recognise it, useless to whoever reads the table. */
export const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest();
