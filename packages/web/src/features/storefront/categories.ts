import type { MenuCategory } from '@dumont/contracts/storefront/menu';

/** In the order in which customers are offered them; the contract's own list would bring its validator along. */
export const categories = [
  'Lanche',
  'Acompanhamento',
  'Bebida',
  'Sobremesa',
] as const satisfies readonly MenuCategory[];
