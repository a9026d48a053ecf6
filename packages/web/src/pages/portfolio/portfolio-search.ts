import { addDays } from '@dumont/contracts/calendar';
import { isCnpj } from '@dumont/contracts/cnpj';

export const ranges = ['1m', '3m', '1y', 'all'] as const;
export type Range = (typeof ranges)[number];

export interface PortfolioSearch {
  /** CNPJ, without signs. A number in the address loses its leading zeros: they are put back. */
  readonly fund?: string | undefined;
  readonly range?: Range | undefined;
}

export const validatePortfolioSearch = (raw: Record<string, unknown>): PortfolioSearch => {
  const fund = typeof raw['fund'] === 'number' ? String(raw['fund']).padStart(14, '0') : raw['fund'];
  return {
    fund: typeof fund === 'string' && isCnpj(fund) ? fund : undefined,
    range: ranges.find((range) => range === raw['range']),
  };
};

const days: Record<Exclude<Range, 'all'>, number> = { '1m': 31, '3m': 92, '1y': 366 };

/** The first day of a range that ends at the last loaded day. */
export const firstDayOfRange = (range: Range, last: string): string | undefined =>
  range === 'all' ? undefined : addDays(last, -days[range]);
