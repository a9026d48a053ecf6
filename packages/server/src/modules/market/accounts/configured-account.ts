import type { Clock } from '../../../kernel/clock.ts';
import type { Executor } from '../../../kernel/db/database.ts';
import type { Random } from '../../../kernel/random.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import type { ProviderKind } from '../providers/provider.ts';
import type { AccountStore } from './account-store.ts';
import { keyContext } from './accounts.ts';

/** The account that the configuration names, in which every project may rent. */
export interface ConfiguredAccount {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: string;
  readonly apiKey: string;
}

/**
 * Makes the account of the configuration a row, or brings its key up to date. One that is configured no longer is
 * closed, not forgotten: what was rented in it is looked after to its end.
 */
export const saveConfiguredAccount = async (deps: {
  store: AccountStore;
  vault: Vault;
  clock: Clock;
  random: Random;
  defaultProjectId: string;
  configured: ConfiguredAccount | undefined;
  /** With the first account that was ever configured, in its transaction. */
  onFirst?(tx: Executor): Promise<void>;
}): Promise<void> => {
  const { store, vault, clock, configured } = deps;
  await store.transaction(async (tx) => {
    const present = await store.lockInstallation(tx);
    const same = present.find(({ kind, url }) => kind === configured?.kind && url === configured.url);
    for (const account of present)
      if (account !== same && account.isOpen)
        await store.update(tx, account.id, { isOpen: false, at: clock.now() });
    if (configured === undefined) return;
    if (same !== undefined) {
      const isSame = (await vault.open(keyContext(same.id), same.apiKey)) === configured.apiKey;
      if (isSame && same.isOpen) return;
      const apiKey = await vault.seal(keyContext(same.id), configured.apiKey);
      await store.update(tx, same.id, { apiKey, isOpen: true, at: clock.now() });
      return;
    }
    if (present.length === 0) await deps.onFirst?.(tx);
    const id = deps.random.id();
    const at = clock.now();
    await store.insert(tx, {
      id,
      projectId: deps.defaultProjectId,
      // A name in use gets the id behind it: this must not fail, nobody is there to choose another.
      name: (await store.isNameTaken(tx, deps.defaultProjectId, configured.name))
        ? `${configured.name} ${id}`
        : configured.name,
      kind: configured.kind,
      url: configured.url,
      apiKey: await vault.seal(keyContext(id), configured.apiKey),
      externalId: null,
      isInstallation: true,
      isOpen: true,
      createdAt: at,
      updatedAt: at,
    });
  });
};
