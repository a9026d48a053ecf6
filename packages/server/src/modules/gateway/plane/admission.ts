import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../../kernel/errors.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

/** Decides who may use a route. */
export interface Admission {
  /** Throws `auth.required`, `auth.token_invalid`, `gateway.scope_missing`. */
  admit(authorization: string | undefined): Promise<Consumer | undefined>;
  /** Who was let in with this very token before, as most are, without waiting. Undefined says nothing. */
  recall(authorization: string | undefined): Consumer | undefined;
}

const bearer = /^Bearer /i;
/** Longer ones are refused unread. */
export const maxTokenChars = 8192;

export const createAdmission = (
  rules: Pick<GatewayRoute['authentication'], 'mode' | 'scopes' | 'claims'>,
  verifiers: readonly TokenVerifier[],
): Admission => {
  const claims = Object.entries(rules.claims);
  const isFor = (consumer: Consumer): boolean =>
    rules.scopes.every((scope) => consumer.scopes.has(scope)) &&
    claims.every(([name, wanted]) => {
      const held = [consumer.claims[name]].flat();
      return held.some((value) => wanted.includes(String(value)));
    });

  return {
    recall: (authorization) => {
      if (authorization === undefined) return undefined;
      const token = tokenOf(authorization);
      for (const verifier of verifiers) {
        const consumer = verifier.recall(token);
        if (consumer !== undefined) return isFor(consumer) ? consumer : undefined;
      }
      return undefined;
    },
    admit: async (authorization) => {
      if (authorization === undefined) {
        if (rules.mode === 'required') throw new AppError('auth.required');
        return undefined;
      }
      const token = tokenOf(authorization);
      if (token === '' || token.length > maxTokenChars) throw new AppError('auth.token_invalid');
      for (const verifier of verifiers) {
        const consumer = await verifier.verify(token).catch(unlessInvalid);
        if (consumer === undefined) continue;
        if (!isFor(consumer)) throw new AppError('gateway.scope_missing');
        return consumer;
      }
      throw new AppError('auth.token_invalid');
    },
  };
};

/** Another verifier may take it: one issuer serves several audiences. */
const unlessInvalid = (error: unknown): undefined => {
  if (error instanceof AppError && error.code === 'auth.token_invalid') return undefined;
  throw error;
};

/** What stands in it is looked at by those who verify it. Nothing where there is none. */
const tokenOf = (authorization: string): string =>
  bearer.test(authorization) ? authorization.slice(7).trimStart() : '';
