import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '@dumont/contracts/client';
import { completeCpf, formatCpf, maskCpf } from '@dumont/contracts/cpf';
import { routes } from '@dumont/contracts/routes';
import { createTestApp, type Person, type TestApp } from './test-app.ts';

let app: TestApp;
let attendant: Person;
before(async () => {
  app = await createTestApp({ environment: { DUMONT_ROLES: 'api' } });
  await app.admin.client.createRole({ body: { name: 'reads-customers', grants: ['customers:read'] } });
  attendant = await app.addPerson('attendant', { projects: { [app.defaultProjectId]: 'reads-customers' } });
});
after(() => app[Symbol.asyncDispose]());

let people = 0;
const add = async (name = `Pessoa ${people}`) => {
  people += 1;
  const cpf = completeCpf(String(222_000_000 + people));
  const body = {
    name,
    email: `p${people}@example.org`,
    cpf,
    consents: [{ purpose: 'offers', version: '1' }],
  };
  return { ...(await app.admin.client.createCustomer({ body })), cpf };
};

const refusal = (status: number, code: string) => (error: unknown) => {
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.status, error.problem.code], [status, code]);
  return true;
};

test('a CPF is whole for those who may write, masked for those who may only read, and in every list', async () => {
  const { id, cpf } = await add();
  const { client } = app.admin;
  assert.equal((await client.getCustomer({ params: { id } })).cpf, cpf);
  assert.equal((await client.lookUpCustomer({ body: { cpf: formatCpf(cpf) } })).cpf, cpf);
  assert.equal((await attendant.client.getCustomer({ params: { id } })).cpf, maskCpf(cpf));
  const found = await attendant.client.lookUpCustomer({ body: { cpf } });
  assert.deepEqual([found.id, found.cpf], [id, maskCpf(cpf)]);
  for (const each of [client, attendant.client]) {
    const { items } = await each.listCustomers();
    assert.equal(items.find((item) => item.id === id)?.cpf, maskCpf(cpf));
    assert.ok(!JSON.stringify(items).includes('@'), 'a list shows no e-mail');
  }
});

test('customers are listed page by page, and by the beginning of their name', async () => {
  for (const name of ['Zulmira A', 'Zulmira B', 'Zulmira C', 'Azulmira']) await add(name);
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { name: 'zulmira', limit: 2, ...(cursor === undefined ? {} : { cursor }) };
    const page = await app.admin.client.listCustomers({ query });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  assert.deepEqual(names, ['Zulmira C', 'Zulmira B', 'Zulmira A']);
  await assert.rejects(
    app.admin.client.listCustomers({ query: { cursor: 'bm9uZQ' } }),
    refusal(400, 'request.cursor'),
  );
});

test('a customer is changed, exported whole, and every step is in the record without a personal value', async () => {
  const { client } = app.admin;
  const { id, cpf, email } = await add('Ana Registrada');
  const changed = await client.updateCustomer({ params: { id }, body: { name: 'Ana Mudada', consents: [] } });
  assert.deepEqual([changed.name, changed.email, changed.consents], ['Ana Mudada', email, []]);
  await assert.rejects(attendant.client.exportCustomer({ params: { id } }), refusal(403, 'access.forbidden'));
  const exported = await client.exportCustomer({ params: { id } });
  assert.deepEqual([exported.customer, exported.pool], [{ ...changed, cpf }, 'embedded']);

  const { items } = await client.listAudit({ query: { subjectId: id } });
  assert.deepEqual(
    items.map(({ action }) => action),
    ['customer.exported', 'customer.changed', 'customer.created'],
  );
  const text = JSON.stringify(items);
  for (const personal of [cpf, 'Ana', email]) assert.ok(!text.includes(personal), personal);
  assert.ok(text.includes('"purpose":"offers","version":"1"'), 'what was agreed to is provable afterwards');
});

test('a CPF that is none or taken is refused, and the refusal does not repeat it', async () => {
  const { cpf } = await add();
  const body = { name: 'x', email: 'x@example.org' };
  await assert.rejects(
    app.admin.client.createCustomer({ body: { ...body, cpf } }),
    refusal(409, 'customer.taken'),
  );
  for (const wrong of ['12345678900', '529.982.247-26']) {
    const response = await app.request('/api/v1/customers', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, cpf: wrong }),
      token: app.admin.token,
    });
    const text = await response.text();
    assert.equal(response.status, 422);
    assert.match(text, /body\.cpf/);
    assert.ok(!text.includes(wrong));
  }
});

test('who is erased is gone from everything, and services learn which id it was', async () => {
  const { client } = app.admin;
  const { id, cpf } = await add();
  const since = new Date(Date.now() - 1000).toISOString();
  await assert.rejects(attendant.client.eraseCustomer({ params: { id } }), refusal(403, 'access.forbidden'));
  await client.eraseCustomer({ params: { id } });
  await client.eraseCustomer({ params: { id } });
  const gone = refusal(404, 'customer.not_found');
  await assert.rejects(client.getCustomer({ params: { id } }), gone);
  await assert.rejects(client.lookUpCustomer({ body: { cpf } }), gone);
  await assert.rejects(client.updateCustomer({ params: { id }, body: { name: 'x' } }), gone);
  await assert.rejects(client.exportCustomer({ params: { id } }), gone);
  const erasures = await attendant.client.listErasures({ query: { since } });
  assert.deepEqual(
    erasures.items.map(({ customerId }) => customerId),
    [id],
  );
  const later = new Date(Date.now() + 60_000).toISOString();
  assert.deepEqual((await client.listErasures({ query: { since: later } })).items, []);
});

test('no address of the contract has a place for a CPF', () => {
  for (const [name, { path }] of Object.entries(routes)) assert.ok(!/\{\w*cpf\w*\}/i.test(path), name);
  for (const route of [routes.listCustomers, routes.getCustomer, routes.lookUpCustomer, routes.listErasures])
    assert.ok(!('cpf' in (route.query?.shape ?? {})), route.path);
});

test('the public keys of our tokens are for everyone to read, and no private part is among them', async () => {
  const response = await app.request('/.well-known/jwks.json');
  assert.equal(response.status, 200);
  const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
  assert.ok(keys.length > 0);
  for (const key of keys)
    assert.deepEqual(Object.keys(key).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

/** Last: it looks at all that was logged until then. */
test('whatever is asked, and however it goes wrong, no CPF, name or e-mail is in the log', async () => {
  const { id, cpf, email } = await add('Canário da Silva');
  const send = (path: string, method: string, body?: string) =>
    app.request(path, {
      method,
      token: app.admin.token,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body }),
    });
  for (const written of [cpf, formatCpf(cpf)]) {
    await send(`/api/v1/customers/${written}`, 'GET');
    await send(`/clientes/${written}?cpf=${written}`, 'GET');
    await send(`/api/v1/customers?name=${written}&cpf=${written}`, 'GET');
    await send('/api/v1/customers/lookup', 'POST', JSON.stringify({ cpf: written, extra: written }));
    await send('/api/v1/customers/lookup', 'POST', `{"cpf":"${written}"`);
    await send('/api/v1/customers', 'POST', JSON.stringify({ cpf: written, name: written, email: written }));
    await send('/api/v1/customers', 'POST', JSON.stringify({ cpf: written, name: 'x', email }));
  }
  // A fault of ours: what was sealed was damaged.
  await app.database.pool.query("UPDATE app.customers SET email_sealed = '\\x00' WHERE id = $1", [id]);
  assert.equal((await send(`/api/v1/customers/${id}`, 'GET')).status, 500);
  const broken = await send('/api/v1/customers/lookup', 'POST', JSON.stringify({ cpf }));
  assert.equal(broken.status, 500);
  await app.database.pool.query('ALTER TABLE app.customers RENAME COLUMN name TO renamed');
  assert.equal((await send('/api/v1/customers/lookup', 'POST', JSON.stringify({ cpf }))).status, 500);
  await send('/api/v1/customers', 'POST', JSON.stringify({ cpf, name: 'Canário', email }));
  await app.database.pool.query('ALTER TABLE app.customers RENAME COLUMN renamed TO name');

  const log = app.logLines.join('\n');
  assert.match(log, /a request failed/);
  for (const canary of [cpf, formatCpf(cpf), 'Canário', email]) assert.ok(!log.includes(canary), canary);
});
