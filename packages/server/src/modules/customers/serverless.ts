import type { Clock } from '../../kernel/clock.ts';
import type { CognitoConfig } from '../../kernel/config/cognito.ts';
import { networkOf } from '../../kernel/http/network-of.ts';
import { createRateLimit } from '../../kernel/http/rate-limit.ts';
import type { Logger } from '../../kernel/log.ts';
import { createSignedTokens, type TokenKeys } from '../../kernel/tokens/signed-tokens.ts';
import type { Allowances } from './allowances.ts';
import { createCustomerTokens, type CustomerToken } from './customer-tokens.ts';
import { createAuthenticate } from './door/authenticate.ts';
import type { DoorHandler } from './door/exchange.ts';
import { createValidate } from './door/validate.ts';
import { createCognitoPool } from './providers/cognito/cognito-pool.ts';

export type { CustomerToken } from './customer-tokens.ts';
export type { DoorAnswer, DoorHandler, DoorRequest } from './door/exchange.ts';

interface TokenDeps {
  readonly keys: TokenKeys;
  readonly issuer: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The limits of one instance of a function, for it shares no memory with the others: a brake, to which the throttling
 * of the API in front of it adds the bound.
 */
const createInstanceAllowances = (clock: Clock): Pick<Allowances, 'take' | 'miss'> => {
  const asks = createRateLimit(clock, 1, 60);
  const asksForOne = createRateLimit(clock, 1 / 60, 10);
  const misses = createRateLimit(clock, 1 / 30, 40);
  return {
    take: async ({ address, cpf }) => {
      asks.take(networkOf(address));
      if (cpf === undefined) return;
      misses.assertLeft(networkOf(address));
      asksForOne.take(cpf);
    },
    miss: async (address) => misses.take(networkOf(address)),
  };
};

const tokensOf = ({ keys, issuer, clock }: TokenDeps) =>
  createCustomerTokens(createSignedTokens(keys, clock), issuer, undefined);

/** `POST /auth` as a function of its own: customers in a user pool, tokens by a key that it was given. */
export const createServerlessAuthenticate = (
  deps: TokenDeps & { readonly cognito: CognitoConfig },
): DoorHandler =>
  createAuthenticate({
    pool: createCognitoPool(deps.cognito, deps.clock),
    tokens: tokensOf(deps),
    allowances: createInstanceAllowances(deps.clock),
    log: deps.log,
  });

/**
 * `POST /validate` as a function of its own, and the verifying alone, for an authorizer. It knows no pool: a token of
 * somebody who was erased ends with its hour.
 */
export const createServerlessValidate = (
  deps: TokenDeps,
): { readonly validate: DoorHandler; verify(token: string): Promise<CustomerToken> } => {
  const { verify } = tokensOf(deps);
  return { verify, validate: createValidate({ verify, log: deps.log }) };
};
