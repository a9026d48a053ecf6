import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSignedTokens, type TokenKeys } from '../../kernel/tokens/signed-tokens.ts';

export const accessTokenSeconds = 15 * 60;

/** What tokens are for: one of another door is not taken at this one. */
export interface TokenUse {
  readonly audience: string;
  readonly seconds: number;
}

export const ownApi: TokenUse = { audience: 'dumont-api', seconds: accessTokenSeconds };
/** RFC 9068: keeps any other JWT of ours from passing as an access token. */
const type = 'at+jwt';

export interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAtMs: number;
}

export interface AccessTokens {
  issue(userId: string, sessionId: string): Promise<string>;
  /** Throws `auth.token_invalid` for anything that is not ours, for this API, and of now. */
  verify(token: string): Promise<AccessTokenClaims>;
}

export const createAccessTokens = (deps: {
  keys: TokenKeys;
  clock: Clock;
  issuer: string;
  use: TokenUse;
}): AccessTokens => {
  const tokens = createSignedTokens(deps.keys, deps.clock);
  const kind = { issuer: deps.issuer, ...deps.use, type };
  return {
    issue: (userId, sessionId) => tokens.sign(kind, userId, { sid: sessionId }),
    verify: async (token) => {
      const { sub, sid, exp } = await tokens.verify(kind, token);
      if (typeof sid !== 'string') throw new AppError('auth.token_invalid');
      return { userId: sub, sessionId: sid, expiresAtMs: exp * 1000 };
    },
  };
};
