import { jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import { signingAlgorithm, type SigningKeys } from './signing-keys.ts';

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
  keys: SigningKeys;
  clock: Clock;
  issuer: string;
  use: TokenUse;
}): AccessTokens => {
  const { keys, clock, issuer } = deps;
  const { audience, seconds } = deps.use;
  return {
    issue: async (userId, sessionId) => {
      const { id, key } = await keys.current();
      const nowSeconds = Math.floor(clock.now().getTime() / 1000);
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: signingAlgorithm, kid: id, typ: type })
        .setSubject(userId)
        .setAudience(audience)
        .setIssuer(issuer)
        .setIssuedAt(nowSeconds)
        .setExpirationTime(nowSeconds + seconds)
        .sign(key);
    },
    verify: async (token) => {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid === undefined ? undefined : await keys.findPublicKey(kid);
          if (key === undefined) throw new AppError('auth.token_invalid');
          return key;
        },
        {
          algorithms: [signingAlgorithm],
          audience,
          issuer,
          typ: type,
          currentDate: clock.now(),
          requiredClaims: ['sub', 'sid', 'exp'],
        },
      ).catch((cause: unknown) => {
        if (isOutage(cause)) throw cause;
        throw new AppError('auth.token_invalid', {}, { cause });
      });
      const { sub, sid, exp } = payload;
      if (sub === undefined || exp === undefined || typeof sid !== 'string')
        throw new AppError('auth.token_invalid');
      return { userId: sub, sessionId: sid, expiresAtMs: exp * 1000 };
    },
  };
};

/** A database that does not answer says nothing about the token: whoever holds it is not to be signed out. */
const isOutage = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return !(error instanceof AppError) && !(typeof code === 'string' && code.startsWith('ERR_J'));
};
