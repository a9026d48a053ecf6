import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import type { AuditEntry } from '@dumont/contracts/identity/audit';
import { Pool } from 'pg';
import type { Person, TestApp } from '../../../test/test-app.ts';
import { coded, draft, openShop, png, type Shop } from './storefront-test-kit.ts';

let app: TestApp;
let placeOrder: Shop['placeOrder'];
let pool: Pool;
let manager: Person;
let kitchen: Person;

before(async () => {
  ({ app, manager, kitchen, placeOrder } = await openShop());
  pool = new Pool({ connectionString: app.database.url, max: 1 });
});
after(async () => {
  await pool.end();
  await app[Symbol.asyncDispose]();
});

/** The oldest first. */
const audited = async (filter: { subjectId?: string; action?: string }): Promise<AuditEntry[]> => {
  const { items } = await app.admin.client.listAudit({ query: { ...filter, limit: 100 } });
  return items.toReversed();
};

/** Between us and the service: what is asked is done there, and the answer is lost on its way back. */
const loseAnswers = async (beforeAsking: () => Promise<void>): Promise<AsyncDisposable> => {
  const { rows } = await pool.query<{ url: string }>(
    `select definition #>> '{upstreams,0,url}' as url from app.gateway_routes where managed_by = 'system'
     and definition ->> 'identityAudience' = 'storefront' limit 1`,
  );
  const real = rows[0]?.url ?? '';
  const lead = (url: string) =>
    pool.query(
      `update app.gateway_routes set definition = jsonb_set(definition, '{upstreams,0,url}', to_jsonb($1::text))
       where managed_by = 'system' and definition ->> 'identityAudience' = 'storefront'`,
      [url],
    );
  const server = createServer((request, response) => {
    void (async () => {
      await beforeAsking();
      const { method = '', headers } = request;
      const body = await buffer(request);
      const kept = ['x-gateway-identity', 'content-type'].flatMap((name) =>
        typeof headers[name] === 'string' ? [[name, headers[name]] as [string, string]] : [],
      );
      const answer = await fetch(new URL(request.url ?? '', real), { method, headers: kept, body });
      assert.ok(answer.ok, await answer.text());
      response.destroy();
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await lead(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return {
    [Symbol.asyncDispose]: async () => {
      await lead(real);
      server.close();
      server.closeAllConnections();
    },
  };
};

test('what staff changes is written down: who, what, on which; a refusal is not, and of who ordered nothing', async () => {
  const { client } = manager;
  const made = await client.createMenuProduct({ body: draft({ description: 'Segredo da casa' }) });
  const params = { id: made.id };
  const same = { name: made.name, description: 'Segredo da casa' };
  await client.replaceMenuProduct({ params, body: draft({ ...same, price: '19.50' }) });
  await client.replaceMenuProduct({ params, body: draft({ ...same, price: '19.50', available: false }) });
  await client.replaceMenuProduct({ params, body: draft({ ...same, price: '19.50' }) });
  const { images } = await client.addMenuImage({ params, body: { contentBase64: png.toString('base64') } });
  await client.deleteMenuImage({ params: { ...params, name: images[0] ?? '' } });
  const order = await placeOrder(made.id);
  await assert.rejects(
    client.moveOrder({ params: { id: order.id }, body: { state: 'ready' } }),
    coded('storefront.step_invalid'),
  );
  await client.moveOrder({ params: { id: order.id }, body: { state: 'cancelled' } });
  await client.deleteMenuProduct({ params });
  await assert.rejects(client.deleteMenuProduct({ params }), coded('storefront.product_not_found'));
  await assert.rejects(
    kitchen.client.moveOrder({ params: { id: order.id }, body: { state: 'cancelled' } }),
    coded('storefront.step_invalid'),
  );

  const { name } = made;
  const whole = { price: '19.50', category: 'Lanche', available: true };
  const menu = await audited({ subjectId: made.id });
  assert.deepEqual(
    menu.map(({ action, details }) => [action, details]),
    [
      ['product.created', { name, ...whole, price: '24.90' }],
      ['product.changed', { name, price: '19.50', before: { price: '24.90' } }],
      ['product.hidden', { name }],
      ['product.shown', { name }],
      ['product.picture_added', { name }],
      ['product.picture_removed', { name }],
      ['product.deleted', { name, ...whole }],
    ],
  );
  for (const { actor, subjectType, projectId, address } of menu) {
    assert.deepEqual(actor, { id: manager.id, name: 'manager' });
    assert.deepEqual([subjectType, projectId, typeof address], ['product', app.defaultProjectId, 'string']);
  }
  assert.deepEqual(
    (await audited({ subjectId: order.id })).map(({ action, actor, details }) => [
      action,
      actor?.name,
      details,
    ]),
    [['order.cancelled', 'manager', { number: order.numero, total: '39.00' }]],
  );
});

test('a change is written down before it is asked for, and stays of unknown outcome when the answer is lost', async () => {
  const made = await manager.client.createMenuProduct({ body: draft() });
  const { id } = await placeOrder(made.id);
  const seen: unknown[] = [];
  const read = async () =>
    (await audited({ subjectId: id })).map(({ action, details }) => [action, details] as const);
  {
    await using _lossy = await loseAnswers(async () => void seen.push(...(await read())));
    await assert.rejects(
      manager.client.moveOrder({ params: { id }, body: { state: 'cancelled' } }),
      coded('storefront.unreachable'),
    );
  }
  assert.deepEqual(seen, [['order.cancelled', { outcome: 'unknown' }]]);
  assert.equal((await manager.client.getOrder({ params: { id } })).state, 'cancelled', 'it was done');
  assert.deepEqual(await read(), seen);
});
