import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openShop, type Shop } from '../../../testing/shop.ts';

interface Media {
  readonly schema: Record<string, unknown>;
  readonly example?: unknown;
}
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<string, { readonly content?: Record<string, Media> }>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let shop: Shop;
let document: Document;

before(async () => {
  shop = await openShop();
  document = (await (await fetch(`${shop.service.url}/openapi.json`)).json()) as Document;
});
after(() => shop[Symbol.asyncDispose]());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
  );

test('every JSON body of the reference has an example that says something', () => {
  assert.equal(document.openapi, '3.1.0');
  for (const { name, operation } of operations()) {
    const bodies = [
      operation.requestBody?.content,
      ...Object.values(operation.responses).map(({ content }) => content),
    ];
    for (const media of bodies.map((content) => content?.['application/json'])) {
      if (media === undefined) continue;
      assert.ok(media.example !== undefined && JSON.stringify(media.example).length > 2, name);
    }
  }
});

test('operations have names of their own, and references point at something', () => {
  const names = operations().map(({ operation }) => operation.operationId);
  assert.equal(new Set(names).size, names.length);
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/([^"]+)"/g)) {
    assert.ok(document.components.schemas[name ?? ''] !== undefined, name);
  }
});

test('the addresses are those of the contract', () => {
  const known = new Set(operations().map(({ name }) => name));
  for (const name of [
    'post /clientes',
    'get /clientes',
    'put /clientes/{id}',
    'delete /clientes/{id}',
    'get /categorias',
    'get /produtos',
    'post /produtos',
    'put /produtos/{id}',
    'delete /produtos/{id}',
    'post /pedidos',
    'get /pedidos',
    'get /pedidos/{id}',
    'patch /pedidos/{id}/status',
    'put /pedidos/{id}/status',
    'post /pedidos/{id}/checkout',
    'post /pagamentos/{id}/checkout',
    'get /pedidos/{id}/pagamento',
    'post /pagamentos/webhook',
  ]) {
    assert.ok(known.has(name), name);
  }
});

test('the reference is served from here alone', async () => {
  const page = await fetch(`${shop.service.url}/docs`);
  assert.equal(page.status, 200);
  assert.ok(!/(src|href)="https?:/.test(await page.text()));
});
