import { createHash } from 'node:crypto';
import type { Random } from '../../../kernel/random.ts';

/** What the agent of one rental shows: 256 random bits behind a mark that scanners of secrets can know. */
const tokenShape = /^dma_[\w-]{43}$/;

export const createAgentToken = (random: Random): { readonly token: string; readonly sha256: Buffer } => {
  const token = `dma_${random.secret(32)}`;
  return { token, sha256: hashAgentToken(token) };
};

export const isAgentToken = (text: string): boolean => tokenShape.test(text);

/** All that is kept of it. It is as random as a key: a slow hash would add nothing. */
export const hashAgentToken = (token: string): Buffer => createHash('sha256').update(token).digest();
