import type { AuditAction } from '@dumont/contracts/identity/audit-actions';
import type { ProviderAccount } from '@dumont/contracts/market/providers';
import { demand, projectFor, reaches, scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import type { Handlers } from '../../../kernel/http/handlers.ts';
import type { Outbound } from '../../../kernel/outbound/outbound.ts';
import type { Random } from '../../../kernel/random.ts';
import { VaultError, type Vault } from '../../../kernel/vault/vault.ts';
import type { Audit } from '../../identity/index.ts';
import type { KnownMachineStore } from '../listing/known-machine-store.ts';
import type { Listings } from '../listing/listings.ts';
import { asAppError } from '../provider-failure.ts';
import { providerKinds } from '../providers/kinds.ts';
import { ProviderError, type Account, type Provider, type ProviderMachine } from '../providers/provider.ts';
import { throwConstraintError } from '../constraint-errors.ts';
import type { AccountRow, AccountStore } from './account-store.ts';
import { keyContext, type Accounts } from './accounts.ts';

export type ProviderOperation =
  | 'listProviders'
  | 'createProvider'
  | 'updateProvider'
  | 'deleteProvider'
  | 'testProvider';

/** Longer than any wait for a free moment of this call, shorter than a person's patience. */
const probeMs = 20_000;

export const createProviderHandlers = (deps: {
  store: AccountStore;
  accounts: Accounts;
  listings: Listings;
  known: KnownMachineStore;
  isOurs(machine: ProviderMachine): boolean;
  vault: Vault;
  outbound: Outbound;
  audit: Audit;
  clock: Clock;
  random: Random;
}): Handlers<ProviderOperation> => {
  const { store, clock } = deps;

  const show = async (row: AccountRow): Promise<ProviderAccount> => {
    const listing = await deps.listings.findListing(row.id);
    return {
      id: row.id,
      projectId: row.projectId,
      name: row.name,
      kind: row.kind,
      url: row.url,
      configured: row.isInstallation,
      open: row.isOpen,
      createdAt: row.createdAt.toISOString(),
      listing:
        listing === undefined
          ? null
          : {
              machines: listing.machines.length,
              ours: listing.machines.filter(deps.isOurs).length,
              takenAt: listing.takenAt.toISOString(),
              blindSince: listing.blindSince?.toISOString() ?? null,
              reason: listing.reason,
            },
    };
  };

  const getForWrite = async (caller: Caller, id: string): Promise<AccountRow> => {
    const row = await store.find(id);
    const isVisible =
      row !== undefined && (row.isInstallation || reaches(scopeOf(caller, 'providers:read'), row));
    if (!isVisible) throw new AppError('provider.not_found');
    demand(caller, 'providers:write', { projectId: row.projectId });
    return row;
  };

  const getOwnForWrite = async (caller: Caller, id: string): Promise<AccountRow> => {
    const row = await getForWrite(caller, id);
    if (row.isInstallation && row.isOpen) throw new AppError('provider.configured');
    return row;
  };

  const probe = async (provider: Pick<Provider, 'findAccount'>, outer: AbortSignal): Promise<Account> => {
    const late = new AbortController();
    const done = new AbortController();
    void clock
      .sleep(probeMs, done.signal)
      .then(() => late.abort(new ProviderError('blind', 'account', 'no answer in time')));
    try {
      return await provider.findAccount(AbortSignal.any([outer, late.signal]));
    } finally {
      done.abort();
    }
  };

  /** Who the key belongs to; undefined while the provider does not answer. Throws when it refuses the key. */
  const ownerOf = (provider: Provider, signal: AbortSignal): Promise<Account | undefined> =>
    probe(provider, signal).catch((error: unknown) => {
      if (error instanceof ProviderError && error.kind !== 'auth') return undefined;
      throw asAppError(error);
    });

  const audit = (caller: Caller, action: AuditAction, row: AccountRow, address: string): Promise<void> =>
    deps.audit({
      actorId: caller.userId,
      action,
      subjectType: 'provider',
      subjectId: row.id,
      projectId: row.projectId,
      address,
      details: { name: row.name, kind: row.kind, url: row.url },
    });

  return {
    listProviders: async ({ caller, query }) => ({
      items: await Promise.all(
        (await store.listVisible(scopeOf(caller, 'providers:read'), query.projectId)).map(show),
      ),
    }),
    createProvider: async ({ caller, body, context }) => {
      const projectId = projectFor(caller, 'providers:write', body.projectId);
      const url = (body.url ?? providerKinds[body.kind].defaultUrl).replace(/\/+$/, '');
      await deps.outbound.check(url);
      const id = deps.random.id();
      const at = clock.now();
      const row: AccountRow = {
        id,
        projectId,
        name: body.name,
        kind: body.kind,
        url,
        apiKey: await deps.vault.seal(keyContext(id), body.apiKey),
        externalId: null,
        isInstallation: false,
        isOpen: true,
        createdAt: at,
        updatedAt: at,
      };
      const owner = await ownerOf(deps.accounts.openUnpaced(row, body.apiKey), context.signal);
      await store
        .transaction((tx) => store.insert(tx, { ...row, externalId: owner?.id ?? null }))
        .catch(throwConstraintError);
      await audit(caller, 'provider.created', row, context.address);
      return show(row);
    },
    updateProvider: async ({ caller, params, body, context }) => {
      const before = await getOwnForWrite(caller, params.id);
      let apiKey: Buffer | undefined;
      let externalId: string | undefined;
      if (body.apiKey !== undefined) {
        const owner = await ownerOf(deps.accounts.openUnpaced(before, body.apiKey), context.signal);
        if (owner !== undefined && before.externalId !== null && owner.id !== before.externalId)
          throw new AppError('provider.other_account', { found: owner.name });
        apiKey = await deps.vault.seal(keyContext(before.id), body.apiKey);
        externalId = owner?.id;
      }
      await store
        .transaction((tx) =>
          store.update(tx, before.id, { name: body.name, apiKey, externalId, at: clock.now() }),
        )
        .catch(throwConstraintError);
      const row = await store.find(before.id);
      if (row === undefined) throw new AppError('provider.not_found');
      await audit(caller, 'provider.updated', row, context.address);
      return show(row);
    },
    deleteProvider: async ({ caller, params, context }) => {
      const row = await getOwnForWrite(caller, params.id);
      const listing = await deps.listings.findListing(row.id);
      const ids = new Set(listing?.machines.filter(deps.isOurs).map(({ id }) => id));
      for (const { id } of await deps.known.list(row.id)) ids.add(id);
      if (ids.size > 0) throw new AppError('provider.in_use', { count: ids.size });
      // An account that never could be listed has had nothing rented in it by us: that needs its key to work.
      if (listing !== undefined && listing.blindSince !== null)
        throw new AppError('provider.unknown_use', { reason: listing.reason ?? '' });
      await store.transaction((tx) => store.remove(tx, row.id));
      await audit(caller, 'provider.deleted', row, context.address);
    },
    testProvider: async ({ caller, params, context }) => {
      const row = await getForWrite(caller, params.id);
      const startedMs = clock.elapsedMs();
      const outcome = await deps.accounts
        .open(row.id)
        .then((provider) => probe(provider, context.signal))
        .catch((error: unknown) => {
          if (error instanceof ProviderError || error instanceof VaultError) return error;
          throw error;
        });
      const isRefused = outcome instanceof Error;
      return {
        ok: !isRefused,
        explanation: isRefused
          ? outcome.message
          : `The provider knows this key as ${outcome.name} (${outcome.id}).`,
        durationMs: clock.elapsedMs() - startedMs,
        account: isRefused ? null : { name: outcome.name, balanceUsd: outcome.balanceMicroUsd / 1_000_000 },
      };
    },
  };
};
