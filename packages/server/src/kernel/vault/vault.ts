import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { VaultStore } from './vault-store.ts';

/**
 * Secrets at rest: AES-256-GCM under a data key, which the master key wraps. A secret is bound to its
 * context (`credential:<id>`), so that a row copied over another does not open.
 */
export interface Vault {
  seal(context: string, plaintext: string): Promise<Buffer>;
  /** Throws `VaultError` when the key or the context is another one, or a byte was changed. */
  open(context: string, sealed: Buffer): Promise<string>;
  /**
   * A secret of 32 bytes, in base64url, that the master key and the context alone make (HKDF with SHA-256, no salt): for
   * what is stored elsewhere and must open when the database is lost.
   */
  derive(context: string): string;
}

export class VaultError extends Error {
  override readonly name = 'VaultError';
}

const version = 1;
const ivBytes = 12;
const tagBytes = 16;
const idBytes = 4;

const encrypt = (key: Buffer, context: string, plaintext: Buffer): Buffer => {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
};

const decrypt = (key: Buffer, context: string, sealed: Buffer): Buffer => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
  } catch (cause) {
    throw new VaultError('A secret could not be opened: the master key is another one, or it was changed.', {
      cause,
    });
  }
};

/** Opens the vault: makes the first data key, or proves that the master key opens the ones there are. */
export const createVault = async (masterKey: Buffer, store: VaultStore): Promise<Vault> => {
  const keys = new Map<number, Buffer>();
  const keyContext = (id: number): string => `data-key:${id}`;
  for (const row of await store.listDataKeys())
    keys.set(row.id, decrypt(masterKey, keyContext(row.id), row.wrapped));
  if (keys.size === 0) {
    // Two servers may start at once: the row that is there afterwards counts.
    const first = await store.addDataKey(1, encrypt(masterKey, keyContext(1), randomBytes(32)));
    keys.set(1, decrypt(masterKey, keyContext(1), first));
  }
  const newest = Math.max(...keys.keys());

  return {
    seal: async (context, plaintext) => {
      const key = keys.get(newest);
      if (key === undefined) throw new VaultError('The vault has no data key.');
      const header = Buffer.alloc(1 + idBytes);
      header.writeUInt8(version);
      header.writeUInt32BE(newest, 1);
      return Buffer.concat([header, encrypt(key, context, Buffer.from(plaintext))]);
    },
    open: async (context, sealed) => {
      const key = keys.get(sealed.length > idBytes ? sealed.readUInt32BE(1) : 0);
      if (sealed[0] !== version || key === undefined)
        throw new VaultError('A secret was sealed with an unknown key.');
      return decrypt(key, context, sealed.subarray(1 + idBytes)).toString();
    },
    derive: (context) => Buffer.from(hkdfSync('sha256', masterKey, '', context, 32)).toString('base64url'),
  };
};
