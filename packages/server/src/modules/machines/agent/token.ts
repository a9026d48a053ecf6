import { createHash } from 'node:crypto';
import type { Vault } from '../../../kernel/vault/vault.ts';

/** What the agent of one rental shows: 256 random bits behind a mark that scanners of secrets can know. */
const tokenShape = /^dma_[\w-]{43}$/;

/**
 * The same for the same rental: an agent that is put there once more, in vain or not, shows what the one before it
 * showed. Whoever takes charge next is another rental.
 */
export const agentTokenOf = (
  vault: Pick<Vault, 'derive'>,
  rentalId: string,
): { readonly token: string; readonly sha256: Buffer } => {
  const token = `dma_${vault.derive(`agent-token:${rentalId}`)}`;
  return { token, sha256: hashAgentToken(token) };
};

export const isAgentToken = (text: string): boolean => tokenShape.test(text);

/** All that is kept of it. It is as random as a key: a slow hash would add nothing. */
export const hashAgentToken = (token: string): Buffer => createHash('sha256').update(token).digest();
