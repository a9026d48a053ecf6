import { jwtVerify, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';

export const signingAlgorithm = 'ES256';

/** Where the keys come from: the table that replicas share, or one key that a function was given. */
export interface TokenKeys {
  /** The key that signs now. */
  current(): Promise<{ readonly id: string; readonly key: CryptoKey }>;
  findPublicKey(id: string): Promise<CryptoKey | undefined>;
}

/** What a kind of token is for: one of another kind is not taken for it. */
export interface TokenKind {
  readonly issuer: string;
  readonly audience: string;
  /** `typ` of the header. */
  readonly type: string;
  readonly seconds: number;
}

export interface SignedTokens {
  sign(kind: TokenKind, subject: string, claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Throws `auth.token_invalid` for anything that is not ours, of this kind, and of now. */
  verify(
    kind: TokenKind,
    token: string,
  ): Promise<JWTPayload & { readonly sub: string; readonly iat: number; readonly exp: number }>;
}

/** JSON Web Tokens by our own keys. */
export const createSignedTokens = (keys: TokenKeys, clock: Clock): SignedTokens => ({
  sign: async ({ issuer, audience, type, seconds }, subject, claims = {}) => {
    const { id, key } = await keys.current();
    const nowSeconds = Math.floor(clock.now().getTime() / 1000);
    return new SignJWT({ ...claims })
      .setProtectedHeader({ alg: signingAlgorithm, kid: id, typ: type })
      .setSubject(subject)
      .setAudience(audience)
      .setIssuer(issuer)
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + seconds)
      .sign(key);
  },
  verify: async ({ issuer, audience, type }, token) => {
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
        requiredClaims: ['sub', 'iat', 'exp'],
      },
    ).catch((cause: unknown) => {
      if (isOutage(cause)) throw cause;
      throw new AppError('auth.token_invalid', {}, { cause });
    });
    const { sub, iat, exp } = payload;
    if (sub === undefined || iat === undefined || exp === undefined) throw new AppError('auth.token_invalid');
    return { ...payload, sub, iat, exp };
  },
});

/** A database that does not answer says nothing about the token: whoever holds it is not to be signed out. */
const isOutage = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return !(error instanceof AppError) && !(typeof code === 'string' && code.startsWith('ERR_J'));
};
