import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { AppError } from '../../../kernel/errors.ts';
import type { Consumer, TokenVerifier } from '../consumers.ts';

/** Decides who may use a route. Throws `auth.required`, `auth.token_invalid`, `gateway.scope_missing`. */
export type Admission = (authorization: string | undefined) => Promise<Consumer | undefined>;

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
    const token = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(authorization)?.[1];
    if (token === undefined) throw new AppError('auth.token_invalid');
    for (const verifier of verifiers) {
      const consumer = await verifier.verify(token);
      if (consumer === undefined) continue;
      if (!isFor(consumer)) throw new AppError('gateway.scope_missing');
      return consumer;
    }
    throw new AppError('auth.token_invalid');
  };
};
