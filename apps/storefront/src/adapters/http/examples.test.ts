import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../lib/clock.ts';
import { createCustomerRoutes } from './routes/customer-routes.ts';
import { createOrderRoutes } from './routes/order-routes.ts';
import { createPaymentRoutes } from './routes/payment-routes.ts';
import { createProductRoutes } from './routes/product-routes.ts';

/** Only the values beside the handlers are looked at. */
const endpoints = [createProductRoutes, createOrderRoutes, createPaymentRoutes, createCustomerRoutes].flatMap(
  (create) => create({ clock: systemClock } as never),
);

test('the examples of the reference fit their schemas', () => {
  for (const { method, path, body, response, example } of endpoints) {
    if (body !== undefined) assert.ok(body.safeParse(example.body).success, `${method} ${path}: body`);
    if (response === undefined) continue;
    const checked = response.safeParse(example.response);
    assert.ok(checked.success, `${method} ${path}: ${checked.error?.message}`);
  }
});
