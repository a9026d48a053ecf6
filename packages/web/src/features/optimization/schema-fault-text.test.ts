import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import type { Locale } from '@dumont/contracts/identity/auth';
import { useSchemaFaultText } from './schema-fault-text.ts';

const textIn = async (locale: Locale) => {
  await startI18n(locale, ['optimization']);
  return renderHook(() => useSchemaFaultText()).result.current;
};
const type = { message: 'must be a number', rule: 'type', params: { limit: 'number, null', size: '3' } };
const missing = { message: '"w" is missing', rule: 'required', params: { limit: 'n1, w', keys: '"w"' } };

test('what breaks a schema is said in the language that is shown', async () => {
  const inPortuguese = await textIn('pt-BR');
  expect(inPortuguese(type)).toBe('Deve ser de outro tipo: um número, null.');
  expect(inPortuguese(missing)).toBe('Falta uma chave: "w".');
  const inEnglish = await textIn('en');
  expect(inEnglish(missing)).toBe('A key is missing: "w".');
});

test("a rule that has no sentence here, and a fault without one, stay in the server's words", async () => {
  const text = await textIn('pt-BR');
  expect(text({ message: 'has no such form', rule: 'unevaluatedItems' })).toBe('has no such form');
  expect(text({ message: 'is taken' })).toBe('is taken');
});
