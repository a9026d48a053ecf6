import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { cnpjOf, fundName } from '../../testing/generator/random.ts';
import { writeRegistry } from '../../testing/generator/registry.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(() => t.database.clear());

const run = () => t.run({ systems: ['cvm_registro'] });

test('funds, classes and subclasses are loaded, and a fund with two managers keeps both', async () => {
  await writeRegistry(t.folder, { funds: 30 });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.equal(await t.value('SELECT count(*) FROM funds.registro_classe'), '30');
  assert.equal(await t.value('SELECT count(*) FROM funds.registro_subclasse'), '6');
  assert.deepEqual(
    await t.rows(
      `SELECT gestor FROM funds.registro_fundo WHERE cnpj_fundo = '${cnpjOf(20)}' ORDER BY gestor`,
    ),
    [{ gestor: 'GESTÃO DOIS LTDA' }, { gestor: 'GESTÃO UM LTDA' }],
  );
  assert.equal(await t.value(`SELECT name FROM funds.fund WHERE cnpj = '${cnpjOf(20)}'`), fundName(20));
});

test('what is no longer in the registry goes', async () => {
  await writeRegistry(t.folder, { funds: 30 });
  await run();
  await writeRegistry(t.folder, { funds: 25 });
  const result = await run();
  const { files } = await result.summary('cvm_registro');
  assert.equal(files[0]?.rowsChanged, 0);
  assert.equal(await t.value('SELECT count(*) FROM funds.registro_classe'), '25');
});
