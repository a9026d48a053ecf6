import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../../../test/database.ts';
import { createObjects } from '../../../../../test/objects.ts';
import { createTestClock } from '../../../../../test/test-clock.ts';
import { createSystemRandom } from '../../../../kernel/random.ts';
import { createVaultStore } from '../../../../kernel/vault/vault-store.ts';
import { createVault } from '../../../../kernel/vault/vault.ts';
import { cpfOf, describePool, person } from '../../conformance.ts';
import { createKeyedHash } from '../../keyed-hash.ts';
import { createEmbeddedPool } from './embedded-pool.ts';

const openBed = async () => {
  const database = await createTestDatabase();
  const clock = createTestClock();
  const vault = await createVault(Buffer.alloc(32, 7), createVaultStore(database.db));
  const objects = createObjects(database);
  const deps = {
    db: database.db,
    clock,
    random: createSystemRandom(clock),
    vault,
    hash: createKeyedHash('key'),
  };
  const open = async () => createEmbeddedPool(deps, await objects.addProject());
  return {
    database,
    open,
    pool: await open(),
    advance: (ms: number) => clock.advance(ms),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
};

describePool('embedded', openBed);

test('the table tells neither CPF nor e-mail, and the same CPF in two projects is not to be seen as one', async () => {
  await using bed = await openBed();
  const other = await bed.open();
  const [one, two] = [await bed.pool.add(person(1)), await other.add(person(1))];
  assert.ok(one !== undefined && two !== undefined);
  assert.equal(await other.find(one.id), undefined);
  const { rows } = await bed.database.pool.query<{ text: string; hash: string }>(
    `SELECT c::text AS text, encode(cpf_hash, 'hex') AS hash FROM app.customers c`,
  );
  const text = rows.map((row) => row.text).join('\n');
  for (const secret of [cpfOf(1), 'pessoa1@example.org'])
    assert.ok(!text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')));
  assert.equal(new Set(rows.map(({ hash }) => hash)).size, 2);
});
