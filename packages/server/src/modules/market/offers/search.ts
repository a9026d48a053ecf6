import type { Clock } from '../../../kernel/clock.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { AccountRow } from '../accounts/account-store.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { marketplaceOf } from '../accounts/marketplace.ts';
import { sampleOffers } from '../prices/sample.ts';
import type { SampleStore } from '../prices/sample-store.ts';
import { ProviderError, type Offer, type OfferQuery } from '../providers/provider.ts';

const keptMs = 5000;
/** Waiting for a free moment at the provider included. */
const deadlineMs = 90_000;

/** Finds offers of one account. The same question within five seconds has the same answer. */
export type Search = (
  account: AccountRow,
  query: OfferQuery,
  signal: AbortSignal,
  options?: { readonly background: boolean },
) => Promise<readonly Offer[]>;

export const createSearch = (deps: {
  accounts: Accounts;
  samples: SampleStore;
  clock: Clock;
  log: Logger;
}): Search => {
  const { clock } = deps;
  const asked = new Map<string, { readonly answer: Promise<readonly Offer[]>; readonly untilMs: number }>();

  const ask = async (
    account: AccountRow,
    query: OfferQuery,
    background: boolean,
  ): Promise<readonly Offer[]> => {
    const late = new AbortController();
    const done = new AbortController();
    const reason = new ProviderError('blind', 'search', `no offers within ${deadlineMs / 1000} s`);
    void clock.sleep(deadlineMs, done.signal).then(() => late.abort(reason));
    try {
      const provider = await deps.accounts.open(account.id, { background });
      const offers = await provider.searchOffers(query, late.signal);
      // What it cost to look is worth keeping; that it could not be kept is no reason to answer nothing.
      await deps.samples
        .insert(marketplaceOf(account), clock.now(), sampleOffers(query, offers))
        .catch((error: unknown) => deps.log.warn({ error }, 'price samples could not be stored'));
      return offers;
    } finally {
      done.abort();
    }
  };

  return async (account, query, signal, { background } = { background: false }) => {
    signal.throwIfAborted();
    for (const [key, { untilMs }] of asked) if (untilMs <= clock.elapsedMs()) asked.delete(key);
    const key = JSON.stringify([account.id, Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const known = asked.get(key);
    const answer = known?.answer ?? ask(account, query, background);
    if (known === undefined) {
      // Others may wait for it, so that no single caller ends it; a failure is not kept.
      asked.set(key, { answer, untilMs: Infinity });
      answer.then(
        () => asked.set(key, { answer, untilMs: clock.elapsedMs() + keptMs }),
        () => asked.delete(key),
      );
    }
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    try {
      return await Promise.race([answer, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };
};
