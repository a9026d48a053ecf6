import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { serve, type TestServer } from './serve.ts';

export type Claims =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'customer'; readonly sub: string; readonly since?: Date }
  | { readonly kind: 'user'; readonly sub: string; readonly roles: readonly string[] };

export interface TestGateway extends TestServer {
  readonly jwksUrl: string;
  /** What the gateway adds to a request. The others change what it says of itself, for assertions that are refused. */
  assert(
    claims: Claims,
    other?: { issuer?: string; audience?: string; issuedAt?: Date; expiresAt?: Date; foreignKey?: boolean },
  ): Promise<string>;
}

/** The gateway as the service knows it: a signing key, and a listener that serves the public half. */
export const startTestGateway = async (): Promise<TestGateway> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const foreign = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  const server = await serve(async () => ({ status: 200, body: { keys: [jwk] } }));
  return {
    ...server,
    jwksUrl: `${server.url}/.well-known/jwks.json`,
    assert: (claims, other = {}) => {
      const issuedAt = other.issuedAt ?? new Date();
      const since = claims.kind === 'customer' ? (claims.since ?? new Date(0)) : new Date(0);
      return new SignJWT({
        kind: claims.kind,
        roles: claims.kind === 'user' ? claims.roles : [],
        since: Math.floor(since.getTime() / 1000),
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setIssuer(other.issuer ?? 'dumont-gateway')
        .setAudience(other.audience ?? 'storefront')
        .setSubject(claims.kind === 'anonymous' ? 'anonymous' : claims.sub)
        .setIssuedAt(issuedAt)
        .setExpirationTime(other.expiresAt ?? new Date(issuedAt.getTime() + 60_000))
        .sign(other.foreignKey === true ? foreign.privateKey : privateKey);
    },
  };
};
