import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import type { StorefrontSearch } from '../storefront-search.ts';

/** Without accents and case: `acai` finds `Açaí`. */
const bare = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Whether a product is among what is looked for: every word of the search in its name or description. */
export const matches = (
  { name, description, category }: Pick<MenuProduct, 'name' | 'description' | 'category'>,
  search: Pick<StorefrontSearch, 'q' | 'category'>,
): boolean => {
  if (search.category !== undefined && search.category !== category) return false;
  const text = bare(`${name} ${description}`);
  return bare(search.q ?? '')
    .split(/\s+/)
    .every((word) => text.includes(word));
};
