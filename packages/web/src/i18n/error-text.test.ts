import { errorCatalogue } from '@dumont/contracts/errors';
import { findingTexts } from '@dumont/contracts/findings';
import { expect, test } from 'vitest';
import { saidText } from './error-text.ts';
import { showLocale, startI18n } from './i18n.ts';
import { errorTexts } from './pt-BR/error-texts.ts';
import { findingTexts as portugueseFindings } from './pt-BR/finding-texts.ts';

test('why an operation failed is in the language that is shown, with its figures', async () => {
  await startI18n('pt-BR');
  const budget = { code: 'machine.budget', params: { machines: 3, dollars: 2.5 } };
  expect(saidText(budget, 'prose')).toBe(
    'Isso passaria do que o orçamento permite: 3 máquinas, US$ 2,5 por hora.',
  );
  expect(saidText({ code: 'machine.provider_silent', params: {} }, 'prose')).toBe('o provedor não responde');
  expect(saidText({ code: 'machine.budget', params: {} }, 'prose')).toBe('prose');
  expect(saidText(null, 'words of a provider')).toBe('words of a provider');
  await showLocale('en');
  expect(saidText(budget, 'prose')).toBe('prose');
});

const said: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(errorCatalogue).map(([code, [, text]]) => [code, text])),
  ...findingTexts,
};
const inPortuguese: Readonly<Record<string, string>> = { ...errorTexts, ...portugueseFindings };
const keptCodes = Object.keys(said).filter((code) => /^(machine|snapshot|restore|restic)\./.test(code));

test.each(keptCodes)('%s is said in Portuguese with the same parameters', (code) => {
  const names = (text: string | undefined): string[] => (text?.match(/\{\w+\}/g) ?? []).toSorted();
  expect(inPortuguese[code]).toBeDefined();
  expect(names(inPortuguese[code])).toEqual(names(said[code]));
});
