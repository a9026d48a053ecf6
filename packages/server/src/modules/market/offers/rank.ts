import type { HostRecord, RankedOffer } from '../market-api.ts';
import type { Offer } from '../providers/provider.ts';

/**
 * What a dollar is expected to buy, in usable hours:
 *
 *     score = p / (price × (1 + setup))
 *
 * - `price`: dollars an hour, disk included.
 * - `p`: the chance that a machine of this host becomes usable, by our own attempts: (usable + k·p₀) / (attempts + k),
 *   each attempt counting half as much every `halfLifeDays`; k attempts of chance p₀ = `priorChance` × reliability stand
 *   for a host that we do not know (the mean of a Beta distribution).
 * - `setup`: hours until the user can work, in an hour's rental: the host's own mean time to ready (`priorReadySeconds`
 *   where unknown), and moving `movedGb` (image and workspace) over the link that the provider measured.
 *
 * Losers of a race were never waited for, and count nowhere.
 */
export const ranking = {
  halfLifeDays: 14,
  priorAttempts: 2,
  priorChance: 0.8,
  /** For offers whose host states none. */
  priorReliability: 0.9,
  priorReadySeconds: 60,
  movedGb: 10,
} as const;

const dayMs = 86_400_000;

/** What an attempt counts after so long. */
export const decay = (ageMs: number): number => 0.5 ** (Math.max(0, ageMs) / dayMs / ranking.halfLifeDays);

export const unknownHost: HostRecord = {
  attempts: 0,
  usable: 0,
  failures: {},
  usableWeight: 0,
  failedWeight: 0,
  readySeconds: null,
  blacklisted: false,
  blacklistReason: null,
};

export const scoreOf = (offer: Offer, host: HostRecord): number => {
  const { priorAttempts, priorChance, priorReliability, priorReadySeconds, movedGb } = ranking;
  const prior = priorChance * (offer.reliability ?? priorReliability);
  const chance =
    (host.usableWeight + priorAttempts * prior) / (host.usableWeight + host.failedWeight + priorAttempts);
  const transferSeconds = (movedGb * 8000) / Math.max(1, offer.downloadMbps);
  const setupHours = ((host.readySeconds ?? priorReadySeconds) + transferSeconds) / 3600;
  // An offer for nothing would be worth infinitely much: a micro-dollar is as cheap as it gets.
  const dollars = Math.max(1, offer.pricePerHourMicroUsd) / 1_000_000;
  return chance / (dollars * (1 + setupHours));
};

/** Best first; the same offers in any order give the same order. Blacklisted hosts stay out. */
export const rank = (
  offers: readonly (Offer & { readonly accountId: string })[],
  hostOf: (offer: Offer & { readonly accountId: string }) => HostRecord,
): readonly RankedOffer[] =>
  offers
    .flatMap((offer) => {
      const host = hostOf(offer);
      return host.blacklisted ? [] : { ...offer, score: scoreOf(offer, host), host };
    })
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));

/**
 * The best offers of as many different hosts: different offers, machines and owners, none of those that are taken
 * already. Two orders for one machine are both accepted by the provider, and one of them dies.
 */
export const pickDistinctHosts = <
  T extends Pick<Offer, 'id' | 'hostMachineId' | 'hostId'> & { readonly accountId: string },
>(
  ranked: readonly T[],
  count: number,
  taken: Iterable<Pick<Offer, 'id' | 'hostMachineId' | 'hostId'> & { readonly accountId: string }> = [],
): readonly T[] => {
  const seen = new Set<string>();
  const keysOf = (offer: Pick<T, 'accountId' | 'id' | 'hostMachineId' | 'hostId'>): string[] => [
    `offer ${offer.accountId} ${offer.id}`,
    `machine ${offer.hostMachineId}`,
    `host ${offer.hostId}`,
  ];
  for (const offer of taken) for (const key of keysOf(offer)) seen.add(key);
  const picked: T[] = [];
  for (const offer of ranked) {
    if (picked.length >= count) break;
    const keys = keysOf(offer);
    if (keys.some((key) => seen.has(key))) continue;
    for (const key of keys) seen.add(key);
    picked.push(offer);
  }
  return picked;
};
