import { expect, test } from 'vitest';
import { findingText } from './finding-text.ts';
import { showLocale, startI18n } from './i18n.ts';

test('findings of the server are in the language that is shown, and in its own words where there is none', async () => {
  await startI18n('pt-BR');
  const finding = { code: 'clock.skew', params: { skewMs: 12 } };
  expect(findingText(finding, 'prose')).toBe('servidor e banco de dados diferem em 12 ms');
  expect(findingText({ code: 'clock.skew', params: {} }, 'prose')).toBe('prose');
  expect(findingText({ code: 'of.a.later.release', params: {} }, 'prose')).toBe('prose');
  expect(findingText(null, 'prose')).toBe('prose');
  await showLocale('en');
  expect(findingText(finding, 'prose')).toBe('prose');
});
