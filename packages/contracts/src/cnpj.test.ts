import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCnpj, maskCnpj, parseCnpj } from './cnpj.ts';
import { getPortfolio } from './pipelines/portfolio.ts';
import { putFunds } from './pipelines/settings.ts';

test('a CNPJ of digits and one with letters is taken, with signs and without', () => {
  for (const text of ['00017024000153', '00.017.024/0001-53'])
    assert.equal(parseCnpj(text), '00017024000153');
  // The example that the Receita Federal gives.
  for (const text of ['12ABC34501DE35', '12.ABC.345/01DE-35'])
    assert.equal(parseCnpj(text), '12ABC34501DE35');
  assert.equal(maskCnpj('12ABC34501DE35'), '12.ABC.345/01DE-35');
  assert.equal(maskCnpj('not one'), 'not one');
});

test('one wrong character, a letter among the check digits, a small letter or a missing one is none', () => {
  for (const text of [
    '12ABC34501DE36',
    '12ABD34501DE35',
    '00017024000154',
    '12ABC34501DEA5',
    '12abc34501de35',
    '',
  ])
    assert.equal(isCnpj(text), false, text);
  assert.equal(isCnpj('0001702400015'), false);
  assert.equal(isCnpj('12ABC34501DE35\n'), false);
});

test('the contract takes both kinds and names what is none', () => {
  for (const fund of ['00017024000153', '12ABC34501DE35']) {
    assert.equal(getPortfolio.query?.parse({ fund }).fund, fund);
    const body = { usar_todos: false, fundos_selecionados: [fund] };
    assert.deepEqual(putFunds.body?.parse(body), body);
  }
  const refused = getPortfolio.query?.safeParse({ fund: '12ABC34501DE36' });
  assert.match(refused?.error?.issues[0]?.message ?? '', /CNPJ/);
});
