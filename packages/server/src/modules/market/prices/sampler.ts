import type { Clock } from '../../../kernel/clock.ts';
import type { Events } from '../../../kernel/events/events.ts';
import type { LeasedWork } from '../../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { AccountStore } from '../accounts/account-store.ts';
import { marketplaceOf } from '../accounts/marketplace.ts';
import type { HostStore } from '../hosts/host-store.ts';
import type { Search } from '../offers/search.ts';
import type { OfferQuery, Rental } from '../providers/provider.ts';
import { sampleOffers, smallestDiskGb } from './sample.ts';
import type { SampleStore } from './sample-store.ts';
import type { WatchRow, WatchStore } from './watch-store.ts';

/** What most people rent. The list is theirs to change. */
export const usuallyWatchedGpus: readonly string[] = [
  'RTX 3090',
  'RTX 4090',
  'RTX 5090',
  'L40S',
  'A100 SXM4',
  'H100 SXM',
];

const everyMs = 5 * 60_000;
const dayMs = 86_400_000;
const samplesKeptMs = 90 * dayMs;
const attemptsKeptMs = 365 * dayMs;
const housekeepingMs = 3_600_000;

const queryOf = (gpuName: string, rental: Rental): OfferQuery => ({
  gpuName,
  rental,
  diskGb: smallestDiskGb,
  verifiedOnly: true,
  limit: 5000,
});

/** The leased work of looking at each watched GPU type, behind everybody who waits for offers. */
export const createSampler = (deps: {
  watches: WatchStore;
  accounts: Pick<AccountStore, 'listUsable'>;
  search: Search;
  samples: SampleStore;
  hosts: HostStore;
  publish: (event: Parameters<Events['publish']>[1]) => Promise<void>;
  clock: Clock;
  log: Logger;
}): Pick<LeasedWork<WatchRow>, 'claim' | 'renew' | 'work'> => {
  const { watches, clock, log } = deps;
  let cleanedMs = -Infinity;

  const clean = async (): Promise<void> => {
    if (clock.elapsedMs() - cleanedMs < housekeepingMs) return;
    cleanedMs = clock.elapsedMs();
    await deps.samples.deleteBefore(new Date(clock.now().getTime() - samplesKeptMs));
    await deps.hosts.deleteAttemptsBefore(new Date(clock.now().getTime() - attemptsKeptMs));
  };

  const alert = async (watch: WatchRow, minMicroUsd: number): Promise<void> => {
    if (watch.alertBelowMicroUsd === null || minMicroUsd >= watch.alertBelowMicroUsd) return;
    // Each sample under it: an alarm stays open as long as the event comes again.
    await deps.publish({
      name: 'market.price_below',
      topic: null,
      projectId: watch.projectId,
      ownerId: null,
      entityId: watch.id,
      subject: watch.gpuName,
    });
  };

  /** False when nobody could be asked. */
  const sample = async (watch: WatchRow, signal: AbortSignal): Promise<boolean> => {
    const [account] = await deps.accounts.listUsable(watch.projectId);
    if (account === undefined) return false;
    for (const rental of ['on-demand', 'bid'] as const) {
      const query = queryOf(watch.gpuName, rental);
      const offers = await deps.search(account, query, signal, { background: true });
      if (rental === 'bid') continue;
      await deps.samples.saveHosts(marketplaceOf(account), clock.now(), offers);
      const own = sampleOffers(query, offers).find(({ gpuName }) => gpuName === watch.gpuName);
      if (own !== undefined) await alert(watch, own.min);
    }
    return true;
  };

  return {
    claim: (lease, limit) => watches.claim(lease, limit),
    renew: (held, expiresAt) => watches.renew(held, expiresAt),
    work: async (watch, { token, signal }) => {
      const isSampled = await sample(watch, signal).catch((error: unknown) => {
        if (!signal.aborted) log.warn({ error, gpu: watch.gpuName }, 'prices could not be sampled');
        return false;
      });
      if (signal.aborted) return;
      const now = clock.now();
      await watches.finish(watch.id, token, {
        sampledAt: isSampled ? now : null,
        dueAt: new Date(now.getTime() + everyMs),
      });
      await clean();
    },
  };
};
