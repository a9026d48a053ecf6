import { importJWK, type CryptoKey, type JWK } from 'jose';
import { signingAlgorithm, type TokenKeys } from './signed-tokens.ts';

const load = async (jwk: JWK): Promise<CryptoKey> => {
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || jwk.kid === undefined)
    throw new TypeError('A key of tokens is a JWK of the curve P-256 with a kid.');
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new TypeError('A key of tokens is not an asymmetric one.');
  return key;
};

/**
 * Keys that a program was given: a private one, which signs, or none for a program that only verifies; and the public
 * ones that it takes. Throws `TypeError` for what is no key of tokens.
 */
export const readGivenKeys = async (given: {
  readonly signing: JWK | undefined;
  readonly accepted: readonly JWK[];
}): Promise<TokenKeys> => {
  const { signing } = given;
  const current = signing && { id: signing.kid ?? '', key: await load(signing) };
  const accepted = new Map<string, CryptoKey>();
  for (const jwk of given.accepted) {
    const { d: _, ...publicJwk } = jwk;
    accepted.set(jwk.kid ?? '', await load(publicJwk));
  }
  return {
    current: async () => {
      if (current === undefined) throw new Error('This program was given no key to sign with.');
      return current;
    },
    findPublicKey: async (id) => accepted.get(id),
  };
};
