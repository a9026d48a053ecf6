import type { Command } from 'commander';
import type { OpenContext } from '../context.ts';
import { registerOrderChange } from './storefront/order-change.ts';
import { registerOrderRead } from './storefront/order-read.ts';
import { registerOrderWatch } from './storefront/order-watch.ts';
import { registerProductChange } from './storefront/product-change.ts';
import { registerProductPicture } from './storefront/product-picture.ts';
import { registerProductList } from './storefront/product-list.ts';
import { registerStorefrontShow } from './storefront/show.ts';

export const registerStorefront = (program: Command, open: OpenContext): void => {
  const storefront = program
    .command('storefront')
    .summary('orders and menu of the ordering service')
    .description('The ordering service: its orders, and the menu from which they are made.');
  registerStorefrontShow(storefront, open);
  const order = storefront
    .command('order')
    .summary('orders: list, watch, show, move on, cancel')
    .description('Orders of customers and guests.');
  registerOrderRead(order, open);
  registerOrderWatch(order, open);
  registerOrderChange(order, open);
  const product = storefront
    .command('product')
    .summary('the menu: list, create, edit, pictures, delete')
    .description('Products, on the menu or off it.');
  registerProductList(product, open);
  registerProductChange(product, open);
  registerProductPicture(product, open);
};
