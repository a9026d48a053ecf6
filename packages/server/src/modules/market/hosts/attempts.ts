import { AppError } from '../../../kernel/errors.ts';
import type { Random } from '../../../kernel/random.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { marketplaceOf } from '../accounts/marketplace.ts';
import type { MarketApi } from '../market-api.ts';
import type { HostStore } from './host-store.ts';

/** Remembers what came of an attempt, as a line of its own and in the record of the host. */
export const createRecordAttempt =
  (deps: {
    accounts: Pick<AccountStore, 'find'>;
    hosts: HostStore;
    random: Random;
  }): MarketApi['recordAttempt'] =>
  async (attempt) => {
    const account = await deps.accounts.find(attempt.accountId);
    if (account === undefined) throw new AppError('provider.not_found');
    const marketplace = marketplaceOf(account);
    await deps.hosts.transaction(async (tx) => {
      const id = deps.random.id();
      await deps.hosts.insertAttempt(tx, { ...attempt, id, marketplace, projectId: account.projectId });
      await deps.hosts.countAttempt(tx, { ...attempt, marketplace });
    });
  };
