import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { formatCpf } from '@dumont/contracts/cpf';
import type { RequestContext } from '../../../kernel/http/handlers.ts';
import { startCognito } from '@dumont/simulator/cognito';
import { waitFor } from '../../../../test/wait.ts';
import { callerOf, contextOf } from '../../identity/identity-test-kit.ts';
import { cpfOf } from '../conformance.ts';
import { createBed, type CustomersBed } from '../customers-test-kit.ts';
import { consentsAttribute } from '../providers/cognito/wire.ts';

const cpf = cpfOf(7);
/** Where she sat when she registered. */
const home = '198.51.100.77';
const ana = { nome: 'Ana Canário', email: 'ana.canario@example.org', cpf };

const register = async (bed: CustomersBed): Promise<string> =>
  (await bed.ask('register', ana, { from: home })).body['id'] as string;

const erase = async (bed: CustomersBed, id: string): Promise<void> => {
  const context: RequestContext = contextOf();
  const caller = await callerOf(bed.identity.identity);
  await bed.customers.handlers.eraseCustomer({ caller, params: { id }, query: {}, context } as never);
};

/** Every row of every table, as text. */
const everything = async ({ identity: { database } }: CustomersBed): Promise<ReadonlyMap<string, string>> => {
  const tables = await database.pool.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'app' AND table_type = 'BASE TABLE'`,
  );
  const texts = new Map<string, string>();
  for (const { name } of tables.rows) {
    const { rows } = await database.pool.query<{ text: string }>(`SELECT t::text AS text FROM app.${name} t`);
    texts.set(name, rows.map(({ text }) => text).join('\n'));
  }
  return texts;
};

const hex = (bytes: Buffer | undefined): string => bytes?.toString('hex') ?? 'nothing';

test('an erasure leaves no trace of the person in any table, and the id, the record and the event stay', async () => {
  await using bed = await createBed();
  const id = await register(bed);
  const token = (await bed.ask('authenticate', { cpf })).body['token'] as string;
  const { pool } = bed.identity.database;
  const row = await pool.query<{ cpf_hash: Buffer; cpf_sealed: Buffer; email_sealed: Buffer }>(
    'SELECT cpf_hash, cpf_sealed, email_sealed FROM app.customers',
  );
  const allowances = await pool.query<{ key: Buffer }>('SELECT key FROM app.customer_allowances');
  const traces = [
    cpf,
    formatCpf(cpf),
    cpf.slice(0, 9),
    'Canário',
    'ana.canario',
    Buffer.from(cpf).toString('hex'),
    home,
  ];
  traces.push(hex(row.rows[0]?.cpf_hash), hex(row.rows[0]?.cpf_sealed), hex(row.rows[0]?.email_sealed));
  const before = await everything(bed);
  assert.ok(before.get('customers')?.includes(hex(row.rows[0]?.cpf_hash)), 'nothing was looked at');

  await erase(bed, id);
  const found: string[] = [];
  for (const [table, text] of await everything(bed))
    for (const trace of traces) if (text.includes(trace)) found.push(`${trace} in ${table}`);
  assert.deepEqual(found, []);
  const left = await pool.query<{ key: Buffer }>('SELECT key FROM app.customer_allowances');
  assert.equal(allowances.rows.length - left.rows.length, 1, 'the allowance of the CPF went too');

  const audit = await pool.query<{ action: string }>(
    'SELECT action FROM app.audit WHERE subject_id = $1 ORDER BY at, id',
    [id],
  );
  assert.deepEqual(
    audit.rows.map(({ action }) => action),
    ['customer.registered', 'customer.erased'],
  );
  const events = await pool.query<{ entity_id: string }>(
    "SELECT entity_id FROM app.events WHERE name = 'customer.erased'",
  );
  assert.deepEqual(events.rows, [{ entity_id: id }]);

  const answer = await bed.ask('authenticate', { cpf });
  assert.deepEqual([answer.status, answer.body['code']], [404, 'customer.not_found']);
  await waitFor('the token to be refused', async () =>
    (await bed.ask('validate', { token })).status === 401 ? true : undefined,
  );
  const other = await bed.another();
  assert.equal(
    (await other.ask('validate', { token })).status,
    401,
    'also where a replica starts afterwards',
  );
});

test('asked for twice, also at once, it is done and told once; for nobody it is 404', async () => {
  await using bed = await createBed();
  const id = await register(bed);
  await Promise.all([erase(bed, id), erase(bed, id), erase(bed, id)]);
  await erase(bed, id);
  const { rows } = await bed.identity.database.pool.query(
    "SELECT 1 FROM app.audit WHERE action = 'customer.erased'",
  );
  assert.equal(rows.length, 1);
  await assert.rejects(erase(bed, '01890000-0000-7000-8000-000000000000'), { code: 'customer.not_found' });
  assert.notEqual(await register(bed), id, 'the CPF may come back, as somebody else');
});

test('who died after saying so is followed by another, who finishes it', async () => {
  await using bed = await createBed();
  const id = await register(bed);
  const caller = await callerOf(bed.identity.identity);
  await bed.identity.database.pool.query(
    `INSERT INTO app.customer_erasures (customer_id, project_id, requested_by, requested_at) VALUES ($1, $2, $3, $4)`,
    [id, bed.projectId, caller.userId, bed.identity.clock.now()],
  );
  await waitFor('the erasure', async () => {
    // Who looks for such erasures may have begun to wait for their next minute only after the one before.
    bed.identity.clock.advance(61_000);
    const { rowCount } = await bed.identity.database.pool.query(
      "SELECT 1 FROM app.audit WHERE action = 'customer.erased' AND subject_id = $1",
      [id],
    );
    return rowCount === 1 ? true : undefined;
  });
  assert.equal((await bed.ask('authenticate', { cpf })).status, 404);
});

test('a user pool that does not answer is asked again until the customer is gone from it', async () => {
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a secret of the pool' };
  const clock = { now: () => new Date(), sleep: async () => undefined };
  const wishes = { userPoolId: 'sa-east-1_Example', customAttributes: [consentsAttribute], clock };
  await using cognito = await startCognito({ port: 0, ...wishes, ...keys, newId: randomUUID });
  const { userPoolId } = wishes;
  await using bed = await createBed({
    userPoolId,
    region: 'sa-east-1',
    endpoint: cognito.url,
    credentials: keys,
  });
  const id = await register(bed);
  assert.equal((await bed.ask('register', ana)).status, 409);
  assert.ok(!(await everything(bed)).get('customers')?.includes(id), 'it is kept there, not here');

  const { pool } = bed.identity.database;
  const caller = await callerOf(bed.identity.identity);
  await pool.query(
    `INSERT INTO app.customer_erasures (customer_id, project_id, requested_by, requested_at) VALUES ($1, $2, $3, $4)`,
    [id, bed.projectId, caller.userId, bed.identity.clock.now()],
  );
  cognito.failNext(100, 'InternalErrorException');
  await assert.rejects(erase(bed, id), { code: 'customer.pool' });
  cognito.failNext(0, '');
  bed.identity.clock.advance(61_000);
  await waitFor('the erasure', async () => {
    const { rowCount } = await pool.query('SELECT 1 FROM app.customer_erasures WHERE erased_at IS NOT NULL');
    return rowCount === 1 ? true : undefined;
  });
  assert.equal((await bed.ask('authenticate', { cpf })).status, 404);
});
