import { expect, test } from 'vitest';
import { nameHolding } from './holding-name.ts';

test.each([
  ['PETR4', 'PETROBRAS PN', 'PETR4', 'PETROBRAS PN'],
  ['00017024000153', 'Fundo Azul', 'Fundo Azul', '00.017.024/0001-53'],
  ['12.ABC.345/01DE-35', 'Fundo de letras', 'Fundo de letras', '12.ABC.345/01DE-35'],
  ['760199', 'NTN-B', 'NTN-B', '760199'],
  ['00017024000153', '', '00.017.024/0001-53', null],
  [null, 'Disponibilidades', 'Disponibilidades', null],
  ['AAPL', '', 'AAPL', null],
])('%s, %s is called %s', (code, description, name, detail) => {
  expect(nameHolding({ code, description })).toEqual({ name, detail });
});
