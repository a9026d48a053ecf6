import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { isOneLine } from './rendering.ts';

type Issuer = GatewayRoute['authentication']['issuers'][number];
export type OidcIssuer = Exclude<Issuer, string>;
export const isOidc = (issuer: Issuer): issuer is OidcIssuer => typeof issuer === 'object';

export interface PublicKey {
  readonly kid: string;
  readonly algorithms: readonly string[];
  readonly pem: string;
}

/** Whose tokens an engine may take, and by which keys it verifies them itself. */
export interface IssuerKeys {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: readonly PublicKey[];
}

const curves: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' };
const rsa = ['RS256', 'RS384', 'RS512'];

const algorithmsOf = ({ kty, crv, alg, use }: JsonWebKey & { alg?: unknown; use?: unknown }): string[] => {
  if (use !== undefined && use !== 'sig') return [];
  const byType = kty === 'EC' ? [curves[crv ?? ''] ?? ''] : kty === 'RSA' ? rsa : [];
  return byType.filter((name) => name !== '' && (alg === undefined || alg === name));
};

/** The keys of a JWKS that verify signatures by ECDSA or RSA (PKCS #1); others are left out. */
export const toPublicKeys = (set: readonly JsonWebKey[]): PublicKey[] =>
  set.flatMap((jwk) => {
    const algorithms = algorithmsOf(jwk);
    const kid = jwk['kid'];
    // An issuer that somebody named must not write into a configuration.
    if (algorithms.length === 0 || (typeof kid === 'string' && !isOneLine(kid))) return [];
    try {
      const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      return [{ kid: typeof kid === 'string' ? kid : '', algorithms, pem: pem.toString() }];
    } catch {
      // Not a key at all.
      return [];
    }
  });
