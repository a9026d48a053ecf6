import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Random } from '../../kernel/random.ts';
import { signingAlgorithm, type TokenKeys } from '../../kernel/tokens/signed-tokens.ts';
import type { Vault } from '../../kernel/vault/vault.ts';
import { addSigningKey, listSigningKeys } from './signing-key-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const rotateAfterMs = 30 * dayMs;
/** Longer than any token lives after its key stopped signing. */
const dropAfterMs = rotateAfterMs + 2 * dayMs;
/** Tokens that name an unknown key must not make us read the table at each request. */
const reloadPauseMs = 1000;

interface SigningKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** The keys of our tokens, shared by all replicas, a new one each 30 days. */
export interface SigningKeys extends TokenKeys {
  jwks(): Promise<{ keys: JWK[] }>;
  /** Another replica changed them. */
  forget(): void;
}

interface KeyRing {
  readonly signing: SigningKey;
  readonly createdAt: Date;
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
  readonly jwks: readonly JWK[];
}

const asKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new TypeError('A signing key is not an asymmetric one.');
  return key;
};

export const createSigningKeys = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  vault: Vault;
}): SigningKeys => {
  const { db, clock, vault } = deps;
  const contextOf = (id: string): string => `signing-key:${id}`;
  let ring: Promise<KeyRing> | undefined;
  let loadedAtMs = 0;

  const create = async (): Promise<void> => {
    const now = clock.now();
    const pair = await generateKeyPair(signingAlgorithm, { extractable: true });
    const id = deps.random.id();
    const sealedPrivateJwk = await vault.seal(
      contextOf(id),
      JSON.stringify(await exportJWK(pair.privateKey)),
    );
    const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: id, alg: signingAlgorithm, use: 'sig' };
    const limits = {
      newerThan: new Date(now.getTime() - rotateAfterMs),
      dropBefore: new Date(now.getTime() - dropAfterMs),
    };
    await addSigningKey(db, { id, publicJwk, sealedPrivateJwk, createdAt: now }, limits);
  };

  const isDue = (createdAt: Date): boolean => clock.now().getTime() - createdAt.getTime() >= rotateAfterMs;

  const read = async (): Promise<KeyRing> => {
    let stored = await listSigningKeys(db);
    if (stored[0] === undefined || isDue(stored[0].createdAt)) {
      await create();
      stored = await listSigningKeys(db);
    }
    const newest = stored[0];
    if (newest === undefined) throw new Error('There is no signing key.');
    const privateJwk = JSON.parse(await vault.open(contextOf(newest.id), newest.sealedPrivateJwk)) as JWK;
    const publicKeys = new Map<string, CryptoKey>();
    for (const { id, publicJwk } of stored) publicKeys.set(id, await asKey(publicJwk));
    return {
      signing: { id: newest.id, key: await asKey(privateJwk) },
      createdAt: newest.createdAt,
      publicKeys,
      jwks: stored.map(({ publicJwk }) => publicJwk),
    };
  };

  const load = (): Promise<KeyRing> => {
    if (ring !== undefined) return ring;
    loadedAtMs = clock.elapsedMs();
    const loading = read();
    ring = loading;
    loading.catch(() => {
      if (ring === loading) ring = undefined;
    });
    return loading;
  };

  return {
    current: async () => {
      if (isDue((await load()).createdAt)) ring = undefined;
      return (await load()).signing;
    },
    findPublicKey: async (id) => {
      const known = (await load()).publicKeys.get(id);
      if (known !== undefined || clock.elapsedMs() - loadedAtMs < reloadPauseMs) return known;
      ring = undefined;
      return (await load()).publicKeys.get(id);
    },
    jwks: async () => ({ keys: [...(await load()).jwks] }),
    forget: () => {
      ring = undefined;
    },
  };
};
