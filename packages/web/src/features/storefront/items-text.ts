import type { Order } from '@dumont/contracts/storefront/orders';

/** `2× X-Burguer, 1× Guaraná`. */
export const itemsText = ({ items }: Pick<Order, 'items'>): string =>
  items.map(({ quantity, name }) => `${quantity}× ${name}`).join(', ');
