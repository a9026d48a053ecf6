import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { ApiError } from '@dumont/contracts/client';
import { createTestApp, type Person, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';

/** The smallest thing that its first bytes call a PNG. */
export const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  randomBytes(40),
]);

export const coded =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof ApiError && error.problem.code === code;

export const draft = (more: object = {}) => ({
  name: `X-Burguer ${randomUUID()}`,
  price: '24.90',
  category: 'Lanche' as const,
  ...more,
});

export interface Shop {
  readonly app: TestApp;
  readonly manager: Person;
  readonly kitchen: Person;
  /** As a guest does, by the gateway. */
  placeOrder(productId: string): Promise<{ id: string; numero: number }>;
}

/** A server with its ordering service, and two who work there. Its end is the app's. */
export const openShop = async (): Promise<Shop> => {
  const app = await createTestApp({ environment: { DUMONT_STOREFRONT: 'true' } });
  const inShop = (role: string) => ({ projects: { [app.defaultProjectId]: role } });
  const manager = await app.addPerson('manager', inShop('manager'));
  const kitchen = await app.addPerson('kitchen', inShop('kitchen'));
  await waitFor('the shop', async () => (await fetch(`${app.gatewayUrl}/categorias`)).ok);
  return {
    app,
    manager,
    kitchen,
    placeOrder: async (productId) => {
      const response = await fetch(`${app.gatewayUrl}/pedidos`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          itens: [{ produto_id: productId, quantidade: 2, observacao: 'sem cebola' }],
        }),
      });
      assert.equal(response.status, 201);
      return (await response.json()) as { id: string; numero: number };
    },
  };
};
