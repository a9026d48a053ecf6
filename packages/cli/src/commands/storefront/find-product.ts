import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import type { Context } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';

/** How commands describe an argument that `findProduct` takes. */
export const productReference = 'its name, its id, or the start or end of that';

/** The product that a word of the user means. */
export const findProduct = async (context: Context, word: string): Promise<MenuProduct> => {
  const client = await context.client();
  const { items } = await client.listMenuProducts();
  return findOne('product', items, word, ({ name }) => name);
};
