import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openShop, type Shop } from '../../../testing/shop.ts';

/** Orders that were placed yesterday and are still open, with the numbers 1 to `count`. */
const leaveFromYesterday = (shop: Shop, count: number) =>
  shop.database.owner.query(`
    WITH left_over AS (
      INSERT INTO orders (id, number, status, total, created_at, updated_at, expires_at)
      SELECT gen_random_uuid(), number, 'open', 1, now() - interval '1 day', now(), now() + interval '1 day'
      FROM generate_series(1, ${count}) AS number
      RETURNING id
    )
    INSERT INTO order_items (order_id, position, product_id, name, unit_price, quantity)
    SELECT id, 1, gen_random_uuid(), 'Suco', 1, 1 FROM left_over`);

test('a new day passes over the numbers that are still in use, however many', async () => {
  await using shop = await openShop();
  const produto_id = await shop.addProduct('X-Burguer', '24.90');
  await leaveFromYesterday(shop, 1500);
  const place = () =>
    shop.guest<{ numero: number }>('POST', '/pedidos', { itens: [{ produto_id, quantidade: 1 }] });
  for (const expected of [1501, 1502]) {
    const { status, body } = await place();
    assert.equal(status, 201);
    assert.equal(body.numero, expected);
  }
});
