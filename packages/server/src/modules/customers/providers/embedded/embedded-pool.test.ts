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
  const { rows } = await bed.database.pool.query<{ cpf_hash: Buffer }>('SELECT * FROM app.customers');
  // As bytes: written in hexadecimal, what the vault seals begins 0100000001, and one in 256 goes on to be this CPF.
  const values = rows.flatMap((row) => Object.values<unknown>({ ...row }));
  const bytes = values.map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value))));
  assert.equal(bytes.filter((value) => value.includes('Pessoa 1')).length, 2);
  for (const secret of [cpfOf(1), 'pessoa1@example.org'])
    assert.ok(!bytes.some((value) => value.includes(secret)), secret);
  assert.equal(new Set(rows.map((row) => row.cpf_hash.toString('hex'))).size, 2);
});
