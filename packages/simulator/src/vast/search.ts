import type { Cloud } from '../cloud/cloud.ts';
import { isObject, type JsonObject } from '../json.ts';
import { joinParts, offerParts, type Offer, type OfferParts, type OfferType } from './offer-fields.ts';

const aliases: Readonly<Record<string, string>> = {
  cuda_vers: 'cuda_max_good',
  display_active: 'gpu_display_active',
  dlperf_usd: 'dlperf_per_dphtotal',
  dph: 'dph_total',
  flops_usd: 'flops_per_dphtotal',
  gpu_totalram: 'gpu_total_ram',
};

/** Not filters: how to search, not what. */
const directives = new Set([
  'order',
  'type',
  'limit',
  'allocated_storage',
  'disable_bundling',
  'sort_option',
  'resource_type',
  'extra_ids',
]);

const wildcards = new Set<unknown>(['any', '?', '*']);

/** Numbers and booleans arrive as text too: what is compared decides how it is read. */
const readAs = (like: unknown, value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  if (typeof like === 'number') return value.trim() === '' ? Number.NaN : Number(value);
  if (typeof like === 'boolean') return value.toLowerCase() === 'true' || value === '1';
  return value;
};

const isEqual = (field: string, offered: unknown, wanted: unknown): boolean => {
  const value = readAs(offered, wanted);
  if (typeof offered === 'number' && typeof value === 'boolean') return (offered !== 0) === value;
  if (typeof offered !== 'string' || typeof value !== 'string') return offered === value;
  const plain = value.replaceAll('_', ' ');
  if (field === 'geolocation' && /^[A-Z]{2}$/i.test(plain))
    return offered.endsWith(`, ${plain.toUpperCase()}`);
  return offered.toLowerCase() === plain.toLowerCase();
};

const listOf = (wanted: unknown): readonly unknown[] => {
  if (Array.isArray(wanted)) return wanted as unknown[];
  return typeof wanted === 'string' ? wanted.replace(/^\[|\]$/g, '').split(',') : [wanted];
};

const compare = (offered: unknown, wanted: unknown): number => {
  const value = readAs(offered, wanted);
  if (typeof offered === 'number' && typeof value === 'number') return offered - value;
  if (typeof offered === 'string' && typeof value === 'string')
    return offered < value ? -1 : offered > value ? 1 : 0;
  return Number.NaN;
};

const operators: Readonly<Record<string, (field: string, offered: unknown, wanted: unknown) => boolean>> = {
  eq: isEqual,
  neq: (field, offered, wanted) => !isEqual(field, offered, wanted),
  gt: (_field, offered, wanted) => compare(offered, wanted) > 0,
  gte: (_field, offered, wanted) => compare(offered, wanted) >= 0,
  lt: (_field, offered, wanted) => compare(offered, wanted) < 0,
  lte: (_field, offered, wanted) => compare(offered, wanted) <= 0,
  in: (field, offered, wanted) =>
    listOf(wanted).some((one) => isEqual(field, offered, typeof one === 'string' ? one.trim() : one)),
  notin: (field, offered, wanted) =>
    !listOf(wanted).some((one) => isEqual(field, offered, typeof one === 'string' ? one.trim() : one)),
};

type Filter = (offer: OfferParts) => boolean;

const valueOf = ({ machine, own }: OfferParts, field: string): unknown => {
  if (field === 'verified') return machine['verification'] === 'verified';
  // The number form: texts of versions do not compare.
  if (field === 'driver_version') return machine['driver_vers'];
  return own[field] ?? machine[field];
};

/** A message instead of filters when an operator is not known. Fields that no offer has are passed over. */
const readFilters = (query: JsonObject): readonly Filter[] | string => {
  const filters: Filter[] = [];
  for (const [name, condition] of Object.entries(query)) {
    if (directives.has(name) || !isObject(condition)) continue;
    const field = aliases[name] ?? name;
    for (const [operatorName, wanted] of Object.entries(condition)) {
      const operator = operators[operatorName === 'nin' ? 'notin' : operatorName];
      if (operator === undefined) return `Invalid operator ${operatorName} for ${name}`;
      if (wildcards.has(wanted)) continue;
      filters.push((offer) => {
        const offered = valueOf(offer, field);
        return offered === undefined || operator(field, offered, wanted);
      });
    }
  }
  return filters;
};

const readOrder = (order: unknown): readonly (readonly [string, 1 | -1])[] =>
  (Array.isArray(order) ? (order as unknown[]) : [['score', 'desc']]).flatMap((entry) => {
    const [name, direction] = (Array.isArray(entry) ? entry : [entry]) as unknown[];
    if (typeof name !== 'string') return [];
    return [[aliases[name] ?? name, direction === 'desc' ? -1 : 1] as const];
  });

/** Smaller, greater or equal; what is missing comes last, whatever the direction. */
export const compareValues = (a: unknown, b: unknown): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
};

const readNumber = (value: unknown): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

const defaultStorageGb = 5;

/** The offers that a query wants, or what is wrong with it. */
export const searchOffers = (cloud: Cloud, query: JsonObject): readonly Offer[] | string => {
  const filters = readFilters(query);
  if (typeof filters === 'string') return filters;
  const asked = query['type'] ?? 'on-demand';
  const type: OfferType =
    asked === 'bid' || asked === 'interruptible' ? 'bid' : asked === 'reserved' ? 'reserved' : 'on-demand';
  const storageGb = readNumber(query['allocated_storage']) ?? defaultStorageGb;
  const order = readOrder(query['order']);
  const found = cloud
    .asks()
    .map((ask) => offerParts(ask, type, storageGb, cloud.nowMs))
    .filter((offer) => filters.every((filter) => filter(offer)))
    .toSorted((a, b) => {
      for (const [field, direction] of order) {
        const difference = compareValues(valueOf(a, field), valueOf(b, field));
        if (difference !== 0) return difference * direction;
      }
      return Number(a.own['id']) - Number(b.own['id']);
    });
  return found.slice(0, readNumber(query['limit']) ?? found.length).map(joinParts);
};
