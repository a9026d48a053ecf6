import type { Order } from '@dumont/contracts/storefront/orders';
import type { OrderState } from '@dumont/contracts/storefront/words';
import type { Tone } from '../../output/style.ts';

export const orderTones: Readonly<Record<OrderState, Tone>> = {
  open: 'quiet',
  pending: 'warning',
  received: 'strong',
  preparing: 'strong',
  ready: 'good',
  completed: 'plain',
  cancelled: 'quiet',
};

/** `2× X-Burguer, 1× Guaraná` */
export const itemsText = ({ items }: Pick<Order, 'items'>): string =>
  items.map(({ quantity, name }) => `${quantity}× ${name}`).join(', ');
