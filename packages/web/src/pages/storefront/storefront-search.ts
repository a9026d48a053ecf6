import {
  menuCategories,
  orderStates,
  type MenuCategory,
  type OrderState,
} from '@dumont/contracts/storefront/words';
import type { OrderFilter } from '../../queries/storefront.ts';

export const storefrontTabs = ['active', 'orders', 'menu'] as const;
export type StorefrontTab = (typeof storefrontTabs)[number];

/** What the address carries: the tab, and the filters of its list. */
export interface StorefrontSearch {
  /** Orders at work where left out. */
  readonly tab?: Exclude<StorefrontTab, 'active'> | undefined;
  readonly state?: OrderState | undefined;
  /** Days in the browser's time zone, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Cursors of the pages before this one. */
  readonly pages?: readonly string[] | undefined;
  readonly q?: string | undefined;
  readonly category?: MenuCategory | undefined;
}

const dayOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
const cursor = /^[0-9a-f-]{36}$/;

export const validateStorefrontSearch = (raw: Record<string, unknown>): StorefrontSearch => {
  const pages = Array.isArray(raw['pages'])
    ? raw['pages'].filter((page): page is string => typeof page === 'string' && cursor.test(page))
    : [];
  return {
    tab: (['orders', 'menu'] as const).find((tab) => tab === raw['tab']),
    state: orderStates.find((state) => state === raw['state']),
    from: dayOf(raw['from']),
    to: dayOf(raw['to']),
    pages: pages.length === 0 ? undefined : pages,
    q: typeof raw['q'] === 'string' && raw['q'] !== '' ? raw['q'].slice(0, 120) : undefined,
    category: menuCategories.find((category) => category === raw['category']),
  };
};

/** The moment at which a day begins here, `days` later. */
const startOf = (day: string, days = 0): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + days).toISOString();
};

export const orderFilterFrom = ({ state, from, to, pages }: StorefrontSearch): OrderFilter => ({
  limit: 50,
  state,
  from: from && startOf(from),
  // The last day counts whole.
  to: to && startOf(to, 1),
  cursor: pages?.at(-1),
});

export const isFiltered = ({ state, from, to }: StorefrontSearch): boolean =>
  state !== undefined || from !== undefined || to !== undefined;
