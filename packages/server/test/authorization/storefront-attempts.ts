import { randomUUID } from 'node:crypto';
import type { Attempt } from './attempts.ts';

/** No ordering service runs in these tests: whoever is let in is told that. */
const call = (request?: Attempt['request']): Attempt => ({
  about: 'nothing',
  accepts: ['storefront.off'],
  ...(request === undefined ? {} : { request }),
});
const id = randomUUID();
const name = `${'0'.repeat(64)}.png`;
const draft = { name: 'X-Burguer', price: '24.90', category: 'Lanche' };

export const storefrontAttempts = {
  getStorefront: { about: 'nothing' },
  listMenuProducts: call(),
  createMenuProduct: call(() => ({ body: draft })),
  replaceMenuProduct: call(() => ({ params: { id }, body: draft })),
  deleteMenuProduct: call(() => ({ params: { id } })),
  addMenuImage: call(() => ({ params: { id }, body: { contentBase64: '' } })),
  deleteMenuImage: call(() => ({ params: { id, name } })),
  getMenuImage: call(() => ({ params: { name } })),
  listActiveOrders: call(),
  listOrders: call(),
  getOrder: call(() => ({ params: { id } })),
  moveOrder: call(() => ({ params: { id }, body: { state: 'ready' } })),
} as const satisfies Readonly<Record<string, Attempt>>;
