import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Vault } from '../../../kernel/vault/vault.ts';
import type { KnownMachineStore } from '../listing/known-machine-store.ts';
import type { PaceStore } from '../pacing/pace-store.ts';
import { createPacer, type Pacer } from '../pacing/pacer.ts';
import { providerKinds } from '../providers/kinds.ts';
import type { Provider } from '../providers/provider.ts';
import type { Send } from '../providers/transport.ts';
import type { AccountRow, AccountStore } from './account-store.ts';

export interface Accounts extends AsyncDisposable {
  /** Each request paced, what is rented and destroyed remembered. Throws `provider.not_found`. */
  open(accountId: string): Promise<Provider>;
  /** The same for whoever has just read the account's row. */
  openRow(account: AccountRow, options?: { readonly background: boolean }): Promise<Provider>;
  /** For one question with a key that is not stored yet. */
  openUnpaced(account: AccountRow, apiKey: string): Provider;
}

export const keyContext = (accountId: string): string => `provider-account:${accountId}`;

interface Opened {
  readonly updatedAt: number;
  readonly foreground: Provider;
  readonly background: Provider;
}

export const createAccounts = (deps: {
  store: AccountStore;
  paces: PaceStore;
  known: KnownMachineStore;
  vault: Vault;
  clock: Clock;
  /** What carries the requests of an account. */
  sendFor(account: Pick<AccountRow, 'url' | 'isInstallation'>): Send;
}): Accounts => {
  const { store, clock, known } = deps;
  const pacers = new Map<string, Pacer>();
  const opened = new Map<string, Opened>();

  const pacerOf = (account: AccountRow): Pacer => {
    const pacer =
      pacers.get(account.id) ??
      createPacer({
        accountId: account.id,
        intervals: providerKinds[account.kind].intervals,
        store: deps.paces,
        clock,
      });
    pacers.set(account.id, pacer);
    return pacer;
  };

  const providerOf = (account: AccountRow, apiKey: string, background: boolean): Provider => {
    const send = pacerOf(account).paced(deps.sendFor(account), background);
    return remembering(providerKinds[account.kind].create({ url: account.url, apiKey, send, clock }), {
      accountId: account.id,
      known,
      clock,
    });
  };

  const openRow: Accounts['openRow'] = async (account, { background } = { background: false }) => {
    const before = opened.get(account.id);
    if (before?.updatedAt === account.updatedAt.getTime())
      return background ? before.background : before.foreground;
    const apiKey = await deps.vault.open(keyContext(account.id), account.apiKey);
    const both: Opened = {
      updatedAt: account.updatedAt.getTime(),
      foreground: providerOf(account, apiKey, false),
      background: providerOf(account, apiKey, true),
    };
    opened.set(account.id, both);
    return background ? both.background : both.foreground;
  };

  return {
    open: async (accountId) => {
      const account = await store.find(accountId);
      if (account === undefined) throw new AppError('provider.not_found');
      return openRow(account);
    },
    openRow,
    openUnpaced: (account, apiKey) =>
      providerKinds[account.kind].create({ url: account.url, apiKey, send: deps.sendFor(account), clock }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...pacers.values()].map((pacer) => pacer[Symbol.asyncDispose]()));
    },
  };
};

/** Notes what a list must show, after it is known to exist; and what it may be without, before its end is asked for. */
const remembering = (
  provider: Provider,
  deps: { accountId: string; known: KnownMachineStore; clock: Clock },
): Provider => ({
  ...provider,
  createMachines: async (orders, signal) => {
    const results = await provider.createMachines(orders, signal);
    const ids = results.map(({ machineId }) => machineId).filter((id) => id !== null);
    // What was rented must reach the caller whatever happens here: the next list will note it too.
    await deps.known.add(deps.accountId, ids, deps.clock.now()).catch(() => undefined);
    return results;
  },
  destroyMachines: async (ids, signal) => {
    await deps.known.askDestroy(deps.accountId, ids, deps.clock.now());
    await provider.destroyMachines(ids, signal);
  },
});
