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

/** A question on its way, or its answer for as long as that is kept. */
interface Asked {
  readonly answer: Promise<readonly Offer[]>;
  untilMs: number;
  waiting: number;
  readonly gone: AbortController;
}

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
  const asked = new Map<string, Asked>();

  const ask = async (
    account: AccountRow,
    query: OfferQuery,
    background: boolean,
    gone: AbortSignal,
  ): Promise<readonly Offer[]> => {
    const late = new AbortController();
    const done = new AbortController();
    const reason = new ProviderError('blind', 'search', `no offers within ${deadlineMs / 1000} s`);
    void clock.sleep(deadlineMs, done.signal).then(() => late.abort(reason));
    try {
      const provider = await deps.accounts.openRow(account, { background });
      const offers = await provider.searchOffers(query, AbortSignal.any([late.signal, gone]));
      // What it cost to look is worth keeping; that it could not be kept is no reason to answer nothing.
      await deps.samples
        .insert(marketplaceOf(account), clock.now(), sampleOffers(query, offers))
        .catch((error: unknown) => deps.log.warn({ error }, 'price samples could not be stored'));
      return offers;
    } finally {
      done.abort();
    }
  };

  /** A failure is not kept, and nobody waits for what everybody has left. */
  const begin = (key: string, account: AccountRow, query: OfferQuery, background: boolean): Asked => {
    const gone = new AbortController();
    const answer = ask(account, query, background, gone.signal);
    const entry: Asked = { answer, untilMs: Infinity, waiting: 0, gone };
    asked.set(key, entry);
    answer.then(
      () => (entry.untilMs = clock.elapsedMs() + keptMs),
      () => forget(key, entry),
    );
    return entry;
  };

  const forget = (key: string, entry: Asked): void => {
    if (asked.get(key) === entry) asked.delete(key);
  };

  return async (account, query, signal, { background } = { background: false }) => {
    signal.throwIfAborted();
    for (const [key, entry] of asked) if (entry.untilMs <= clock.elapsedMs()) asked.delete(key);
    const key = JSON.stringify([account.id, Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const entry = asked.get(key) ?? begin(key, account, query, background);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
    entry.waiting += 1;
    try {
      return await Promise.race([entry.answer, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      entry.waiting -= 1;
      // It would only take the account's next free moment away from a question that somebody still has.
      if (entry.waiting === 0 && entry.untilMs === Infinity) {
        forget(key, entry);
        entry.gone.abort(new ProviderError('blind', 'search', 'nobody waits for these offers'));
      }
    }
  };
};
