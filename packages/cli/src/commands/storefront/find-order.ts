import type { Client } from '@dumont/contracts/client';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { Order } from '@dumont/contracts/storefront/orders';
import { type Context, isId } from '../../context.ts';
import { findOne } from '../../input/find-one.ts';
import { readUpTo } from '../pages.ts';

export type OrderFilter = Omit<RouteInput<Routes['listOrders']>['query'], 'cursor' | 'limit'>;

/** The longest page of orders that the server gives. */
const pageOrders = 100;
/** Orders newer than this many are found by a part of their id. */
const findable = 1000;
const dayMs = 24 * 3_600_000;

/** How commands describe an argument that `findOrder` takes. */
export const orderReference = 'its number of the last 24 hours, its id, or the end of that';

/** Orders, the latest first. */
export const readOrders = (
  client: Client,
  filter: OrderFilter,
  limit: number,
): Promise<{ items: Order[]; more: boolean }> =>
  readUpTo(limit, (page) =>
    client.listOrders({ query: { ...filter, ...page, limit: Math.min(page.limit, pageOrders) } }),
  );

/** The order that a word of the user means. Numbers begin anew each day: an older one is never meant by its number. */
export const findOrder = async (context: Context, word: string): Promise<Order> => {
  const client = await context.client();
  if (isId(word)) return client.getOrder({ params: { id: word.toLowerCase() } });
  const isNumber = /^\d{1,7}$/.test(word);
  const since = new Date(context.host.clock.now().getTime() - dayMs).toISOString();
  const { items } = await readOrders(client, isNumber ? { from: since } : {}, findable);
  return findOne('order', items, word, ({ number }) => String(number));
};
