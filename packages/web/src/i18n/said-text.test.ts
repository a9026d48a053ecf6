import { errorCatalogue } from '@dumont/contracts/error-catalogue';
import { findingTexts } from '@dumont/contracts/finding-texts';
import { found } from '@dumont/contracts/findings';
import { words } from '@dumont/contracts/pt-BR/words';
import { expect, test } from 'vitest';
import { showLocale, startI18n } from './i18n.ts';
import { saidText } from './said-text.ts';

test('what the server says is in the language that is shown, with its figures, and in its own words else', async () => {
  await startI18n('pt-BR');
  const budget = found('machine.budget', { machines: 3, dollars: 2.5 });
  expect(saidText(budget, 'prose')).toBe(
    'Isso passaria do que o orçamento permite: 3 máquinas, US$ 2,5 por hora.',
  );
  expect(saidText(found('clock.skew', { skewMs: 12 }), 'prose')).toBe(
    'servidor e banco de dados diferem em 12 ms',
  );
  expect(saidText(found('clock.skew'), 'prose')).toBe('prose');
  for (const code of ['of.a.later.release', 'constructor'])
    expect(saidText({ code, params: {} }, 'prose')).toBe('prose');
  expect(saidText(null, 'words of a provider')).toBe('words of a provider');
  await showLocale('en');
  expect(saidText(budget, 'prose')).toBe('prose');
});

test('what something says of another is in that language to its end, or not at all', async () => {
  await startI18n('pt-BR');
  const ending = found('program.exit_code', { exitCode: 1 });
  const reason = found('restic.said', { command: 'backup', ending, words: 'Fatal: no space left' });
  const failed = found('machine.snapshot_failed', { reason: found('restic.failed', { reason }) });
  expect(saidText(failed, 'prose')).toBe(
    'O snapshot não pôde ser feito e verificado: o restic falhou: restic backup: código de saída 1: Fatal: no space left. Nada foi destruído.',
  );
  const later = found('machine.snapshot_failed', { reason: { code: 'of.a.later.release', params: {} } });
  expect(saidText(later, 'prose')).toBe('prose');
});

const said: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(errorCatalogue).map(([code, [, text]]) => [code, text])),
  ...findingTexts,
};
/** Says what is allowed instead of what was wrong. */
const otherwise = ['credential.incomplete', 'outbound.refused'];

test.each(Object.keys(said).filter((code) => !otherwise.includes(code)))(
  '%s is said in Portuguese with the same parameters',
  (code) => {
    const names = (text: string | undefined): string[] => (text?.match(/\{\w+\}/g) ?? []).toSorted();
    expect(names((words as typeof said)[code])).toEqual(names(said[code]));
  },
);
