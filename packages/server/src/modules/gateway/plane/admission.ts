import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../../kernel/errors.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

/** Decides who may use a route. Throws `auth.required`, `auth.token_invalid`, `gateway.scope_missing`. */
export type Admission = (authorization: string | undefined) => Promise<Consumer | undefined>;

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

  return async (authorization) => {
    if (authorization === undefined) {
      if (rules.mode === 'required') throw new AppError('auth.required');
      return undefined;
    }
    // What stands in the token is looked at by those who verify it: most have seen the very same before.
    const token = bearer.test(authorization) ? authorization.slice(7).trimStart() : '';
    if (token === '' || token.length > maxTokenChars) throw new AppError('auth.token_invalid');
    for (const verifier of verifiers) {
      const consumer = await verifier.verify(token);
      if (consumer === undefined) continue;
      if (!isFor(consumer)) throw new AppError('gateway.scope_missing');
      return consumer;
    }
    throw new AppError('auth.token_invalid');
  };
};
