import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import * as client from 'openid-client';
import type { OidcConfig } from '../../kernel/config/config.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import { AppError } from '../../kernel/errors.ts';

const timeoutSeconds = 10;
const scope = 'openid email profile';

/** Whom the provider says somebody is. The e-mail is left out unless the provider has verified it. */
export interface OidcSubject {
  readonly issuer: string;
  readonly subject: string;
  readonly verifiedEmail: string | undefined;
  readonly name: string | undefined;
}

export interface OidcProvider {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  authorizationUrl(flow: {
    redirectUri: string;
    verifier: string;
    state: string;
    nonce: string;
  }): Promise<URL>;
  exchange(callbackUrl: URL, flow: { verifier: string; state: string; nonce: string }): Promise<OidcSubject>;
  /** Whom an ID token for us is of, that a program brings along. Throws `auth.token_invalid`. */
  readIdToken(token: string): Promise<OidcSubject & { readonly expiresAt: Date }>;
}

const subjectOf = (
  issuer: string,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
): OidcSubject => {
  const { email, email_verified: isVerified, name } = claims;
  return {
    issuer,
    subject,
    verifiedEmail: typeof email === 'string' && isVerified === true ? email.toLowerCase() : undefined,
    name: typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 200) : undefined,
  };
};

const isLoopback = (url: URL): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);

/** Throws `ConfigError` for an issuer that would be asked without encryption over a network. */
export const createOidcProvider = (config: OidcConfig): OidcProvider => {
  const issuer = URL.canParse(config.issuer) ? new URL(config.issuer) : undefined;
  const isPlain = issuer?.protocol === 'http:' && isLoopback(issuer);
  if (issuer === undefined || !(issuer.protocol === 'https:' || isPlain)) {
    throw new ConfigError(
      `DUMONT_OIDC_ISSUER: found ${JSON.stringify(config.issuer)}, allowed: an https address, or http on this host`,
    );
  }

  let discovered: Promise<client.Configuration> | undefined;
  let keys: ReturnType<typeof createRemoteJWKSet> | undefined;
  const discover = (): Promise<client.Configuration> => {
    // A provider that does not answer now may do so at the next sign-in.
    discovered ??= client
      .discovery(issuer, config.clientId, config.clientSecret, undefined, {
        timeout: timeoutSeconds,
        // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; only for an issuer on this host
        execute: isPlain ? [client.allowInsecureRequests] : [],
      })
      .catch((error: unknown) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  };

  return {
    id: 'oidc',
    name: config.name,
    role: config.role,
    authorizationUrl: async ({ redirectUri, verifier, state, nonce }) =>
      client.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    exchange: async (callbackUrl, { verifier, state, nonce }) => {
      const configuration = await discover();
      const tokens = await client.authorizationCodeGrant(configuration, callbackUrl, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      const idToken = tokens.claims();
      if (idToken === undefined) throw new Error('The provider sent no ID token.');
      // Many providers put the profile into the answer of the user info endpoint only.
      const claims =
        idToken['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
          ? { ...idToken, ...(await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)) }
          : idToken;
      return subjectOf(idToken.iss, idToken.sub, claims);
    },
    readIdToken: async (token) => {
      const { issuer: name, jwks_uri: keysUrl } = (await discover()).serverMetadata();
      if (keysUrl === undefined) throw new Error('The provider publishes no keys.');
      // Keeps the keys, and asks again for one that it does not know.
      keys ??= createRemoteJWKSet(new URL(keysUrl), { timeoutDuration: timeoutSeconds * 1000 });
      let payload: JWTPayload;
      try {
        ({ payload } = await jwtVerify(token, keys, {
          issuer: name,
          audience: config.clientId,
          requiredClaims: ['sub', 'exp'],
        }));
      } catch (cause) {
        throw new AppError('auth.token_invalid', {}, { cause });
      }
      const expiresAt = new Date((payload.exp ?? 0) * 1000);
      return { ...subjectOf(name, payload.sub ?? '', payload), expiresAt };
    },
  };
};
