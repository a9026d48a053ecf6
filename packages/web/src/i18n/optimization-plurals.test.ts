import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { startI18n } from './i18n.ts';

beforeAll(() => startI18n('pt-BR', ['optimization', 'cases', 'solutionPictures']));

/** Of zero things CLDR's Portuguese says the singular, which nobody writes beside a figure. */
test('nothing, one and many are said as Portuguese does where there may be nothing', () => {
  const rows = (count: number) =>
    i18next.t('data.rows', { ns: 'optimization', count, formatted: String(count) });
  expect([0, 1, 2].map(rows)).toEqual(['nenhuma linha', '1 linha', '2 linhas']);
  const items = (count: number) =>
    i18next.t('folder.count', { ns: 'cases', count, formatted: String(count) });
  expect([0, 1, 2].map(items)).toEqual(['vazia', '1 item', '2 itens']);
  const used = (count: number) =>
    i18next.t('model.label', { ns: 'solutionPictures', count, used: String(count), all: '9' });
  expect([0, 1, 2].map(used)).toEqual([
    'Todas as variáveis são zero',
    '1 de 9 variáveis não é zero',
    '2 de 9 variáveis não são zero',
  ]);
});
