import { validateOfferNeeds, type OfferNeeds } from '../../features/market/offer-needs.ts';

const tabs = ['prices', 'blacklist'] as const;

/** Of the price history, in hours: a day, a week, two weeks; longer ones would not fit in one answer. */
export const priceRanges = [24, 168, 336] as const;
export type PriceRange = (typeof priceRanges)[number];

export interface MarketSearch extends OfferNeeds {
  /** Offers where left out. */
  readonly tab?: (typeof tabs)[number] | undefined;
  /** Of the price history: a day where left out. */
  readonly hours?: PriceRange | undefined;
}

export const validateMarketSearch = (raw: Record<string, unknown>): MarketSearch => ({
  ...validateOfferNeeds(raw),
  tab: tabs.find((tab) => tab === raw['tab']),
  hours: priceRanges.find((hours) => hours === raw['hours']),
});
