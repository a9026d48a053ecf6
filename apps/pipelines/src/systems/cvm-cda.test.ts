import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startFundDataHarness, type FundDataHarness } from '../../testing/fund-data-harness.ts';
import { sampleCdaFund, writeCda, type CdaFund } from '../../testing/generator/cda.ts';
import { cnpjOf } from '../../testing/generator/random.ts';

let t: FundDataHarness;
before(async () => {
  t = await startFundDataHarness();
});
after(() => t[Symbol.asyncDispose]());
beforeEach(() => t.database.clear());

const funds = (count: number) => Array.from({ length: count }, (_, index) => sampleCdaFund(index));
const run = (extra: Partial<Parameters<FundDataHarness['run']>[0]> = {}) =>
  t.run({ systems: ['cvm_cda'], ...extra });

test('the positions of a fund add up to its net worth, in the classes that the mapping gives', async () => {
  const fund: CdaFund = {
    cnpj: cnpjOf(1),
    name: 'FUNDO',
    netWorth: '1000.00',
    positions: [
      { block: 'BLC_1', aplic: 'Títulos Públicos', ativo: 'Título público federal', value: '300.00' },
      { block: 'BLC_4', aplic: 'Debêntures', ativo: 'Debênture simples', value: '100.00' },
      {
        block: 'BLC_5',
        aplic: 'Depósitos a prazo e outros títulos de IF',
        ativo: 'CDB/ RDB',
        value: '50.00',
      },
      { block: 'BLC_6', aplic: 'Títulos ligados ao agronegócio', ativo: 'CRA', value: '50.00' },
      {
        block: 'BLC_4',
        aplic: 'Ações',
        ativo: 'Ação ordinária',
        value: '150.00',
        fields: { CD_ATIVO: 'VALE3' },
      },
      {
        block: 'BLC_4',
        aplic: 'Obrigações por ações e outros TVM recebidos em empréstimo',
        ativo: 'Ação ordinária',
        value: '40.00',
      },
      {
        block: 'BLC_4',
        aplic: 'Mercado Futuro - Posições vendidas',
        ativo: 'Contrato Futuro',
        value: '90000.00',
      },
      { block: 'BLC_2', aplic: 'Cotas de Fundos', ativo: 'FIDC', value: '120.00' },
      { block: 'BLC_2', aplic: 'Cotas de Fundos', ativo: 'FI Imobiliário', value: '80.00' },
      { block: 'BLC_3', aplic: 'DIFERENCIAL DE SWAP A PAGAR', ativo: 'SWAP', value: '10.00' },
      { block: 'BLC_8', aplic: 'Disponibilidades', ativo: 'Disponibilidades', value: '25.00' },
      { block: 'BLC_8', aplic: 'Valores a receber', ativo: 'Valores a receber', value: '15.00' },
      { block: 'BLC_8', aplic: 'Valores a pagar', ativo: 'Valores a pagar', value: '20.00' },
    ],
    confidential: [{ aplic: 'Debêntures', value: '155.00' }],
  };
  await writeCda(t.folder, { month: '202510', funds: [fund] });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  const composition = await t.rows<{ asset_class: string; value: string }>(
    'SELECT asset_class, value::text FROM funds.composition ORDER BY asset_class',
  );
  assert.deepEqual(Object.fromEntries(composition.map(({ asset_class, value }) => [asset_class, value])), {
    caixa: '25.00',
    cpr: '-5.00',
    direitos_creditorios: '120.00',
    outros: '70.00',
    renda_fixa: '655.00',
    renda_variavel: '110.00',
  });
  assert.deepEqual(
    await t.rows('SELECT positions::text, net_worth::text, gap::text FROM funds.reconciliation'),
    [{ positions: '975.00', net_worth: '1000.00', gap: '25.00' }],
  );
});

test('an asset that is partly owned and partly lent is one holding', async () => {
  await writeCda(t.folder, { month: '202510', funds: funds(1) });
  await run();
  const [holding] = await t.rows<{ positions: string; same: boolean }>(
    `SELECT h.positions::text, h.value = (SELECT sum(vl_merc_pos_final) FROM funds.cda_position WHERE cd_ativo = 'PETR4') AS same
     FROM funds.holding h WHERE code = 'PETR4'`,
  );
  assert.deepEqual(holding, { positions: '2', same: true });
});

test('what only one block has is kept under its name', async () => {
  await writeCda(t.folder, { month: '202510', funds: funds(1) });
  await run();
  assert.equal(
    await t.value("SELECT details ->> 'PR_INDEXADOR_POSFX' FROM funds.cda_position WHERE block = 'BLC_5'"),
    '102.5',
  );
  assert.equal(
    await t.value("SELECT emissor FROM funds.cda_position WHERE block = 'BLC_6'"),
    'SECURITIZADORA AÇUCAREIRA',
  );
  assert.equal(
    await t.value("SELECT cd_isin FROM funds.cda_position WHERE cd_ativo = 'PETR4' LIMIT 1"),
    'BRPETRACNPR6',
  );
  assert.equal(
    await t.value("SELECT name FROM funds.fund WHERE latest_positions = '2025-10-31'"),
    sampleCdaFund(0).name,
  );
});

test('a month without one block is loaded, and the block is named', async () => {
  await writeCda(t.folder, { month: '202510', funds: funds(2), withoutBlocks: ['BLC_3', 'CONFID'] });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.match(result.text, /\[WARN\] \[CVM - CDA\] .*without BLC_3: not published/);
  const { files } = await result.summary('cvm_cda');
  assert.match(files[0]?.notes?.join() ?? '', /BLC_3/);
  assert.notEqual(await t.value('SELECT max(abs(gap)) FROM funds.reconciliation'), '0.00');
});

test('a restated month replaces exactly what it brought, and leaves the other months alone', async () => {
  await writeCda(t.folder, { month: '202509', funds: funds(3) });
  await writeCda(t.folder, { month: '202510', funds: funds(3) });
  await run({ from: '01/09/2025' });
  await writeCda(t.folder, { month: '202510', funds: funds(2), withoutBlocks: ['BLC_7'] });
  const result = await run({ from: '01/09/2025' });
  assert.equal(result.exitCode, 0, result.text);
  const perMonth = 'SELECT dt::text, count(*)::int AS n FROM funds.cda_position GROUP BY dt ORDER BY dt';
  assert.deepEqual(await t.rows(perMonth), [
    { dt: '2025-09-30', n: 45 },
    { dt: '2025-10-31', n: 28 },
  ]);
  assert.equal(await t.value("SELECT count(*) FROM funds.cda_pl WHERE dt = '2025-10-31'"), '2');
  assert.equal(
    await t.value("SELECT count(DISTINCT cnpj) FROM funds.composition WHERE dt = '2025-10-31'"),
    '2',
  );
  assert.equal(
    await t.value(`SELECT latest_positions::text FROM funds.fund WHERE cnpj = '${cnpjOf(2)}'`),
    '2025-09-30',
    'the fund that was taken back has the positions of the month before',
  );
});

test('a special fund has its net worth from its own rows; one that is in both counts once', async () => {
  await writeCda(t.folder, {
    month: '202510',
    funds: funds(1),
    special: [sampleCdaFund(0), sampleCdaFund(5)],
  });
  const result = await run();
  assert.equal(result.exitCode, 0, result.text);
  assert.deepEqual(await t.rows('SELECT cnpj, gap::text FROM funds.reconciliation ORDER BY cnpj'), [
    { cnpj: cnpjOf(0), gap: '0.00' },
    { cnpj: cnpjOf(5), gap: '0.00' },
  ]);
  assert.equal(await t.value(`SELECT count(*) FROM funds.cda_position WHERE cnpj = '${cnpjOf(0)}'`), '15');
});

test('a nightly run before the month is published takes the newest month that is', async () => {
  await writeCda(t.folder, { month: '202509', funds: funds(1) });
  const result = await run({ from: '31/10/2025', to: '31/10/2025', today: '2025-11-03' });
  assert.equal(result.exitCode, 0, result.text);
  assert.match(result.text, /10\/2025 is not published yet: expected from 2025-11-11/);
  assert.equal((await t.value('SELECT max(dt) FROM funds.cda_position')) !== undefined, true);
});
