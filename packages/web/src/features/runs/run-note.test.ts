import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';
import { startI18n } from '../../i18n/i18n.ts';
import { makeRun } from '../../testing/make-run.ts';
import { explainFailure, explainMessage, explainWaiting, runNote } from './run-note.ts';

beforeAll(() => startI18n('pt-BR', ['runs']));
const t = () => i18next.getFixedT('pt-BR', 'runs');
const failed = (code: string, message = 'words of the server') =>
  makeRun(1, { state: 'failed', error: { code, message } });

test('known failures are in the language of the console and say what to do', () => {
  expect(explainFailure(failed('exit_3'), t())).toEqual({
    what: 'O programa terminou com o código de saída 3.',
    next: 'O log diz o porquê: comece pelo primeiro erro.',
    detail: null,
  });
  expect(explainFailure(failed('exit_127'), t())?.what).toBe('O programa não foi encontrado.');
  expect(explainFailure(failed('signal_SIGSEGV'), t())?.what).toBe('O programa foi encerrado por SIGSEGV.');
});

test('a failure that is not known here is shown in the server’s words', () => {
  expect(explainFailure(failed('credential.missing'), t())?.what).toBe('words of the server');
  expect(explainFailure(failed('start_failed'), t())?.detail).toBe('words of the server');
});

test('why a run waits is in the language of the console where it can be', () => {
  const exact = (at: string) => `<${at}>`;
  expect(explainWaiting('a free place', t(), exact)).toBe('por um lugar livre');
  expect(explainWaiting('a place: at most 2 of fund-data at a time', t(), exact)).toBe(
    'por um lugar: no máximo 2 de fund-data ao mesmo tempo',
  );
  expect(explainWaiting('next attempt at 2025-11-21T12:00:00Z', t(), exact)).toBe(
    'próxima tentativa em <2025-11-21T12:00:00Z>',
  );
  expect(explainWaiting('machine gpu-7, which is waking (restoring)', t(), exact)).toBe(
    'a máquina gpu-7 ficar pronta',
  );
  expect(explainWaiting('machine gpu-7, which another run has', t(), exact)).toBe(
    'pela máquina gpu-7, que outra execução ocupa',
  );
  expect(explainWaiting('a sign', t(), exact)).toBe('a sign');
});

test('a run that waits for its next attempt says so, not why the last one failed', () => {
  const run = makeRun(1, {
    state: 'queued',
    waitingFor: 'a free place',
    error: { code: 'exit_3', message: 'x' },
  });
  expect(runNote(run, t(), String)).toBe('por um lugar livre');
});

test('a step is said in words, while the run is at it', () => {
  expect(explainMessage('0/1 10/2025', t())).toBe('10/2025: 0 de 1');
  expect(explainMessage('8766 linhas carregadas', t())).toBe('8766 linhas carregadas');
  expect(runNote(makeRun(1, { state: 'running', message: '3/12 CDI' }), t(), String)).toBe('CDI: 3 de 12');
  expect(runNote(makeRun(1, { state: 'succeeded', message: '3/12 CDI' }), t(), String)).toBeNull();
});

test('a run that failed says what its failed part said, where there is one', () => {
  const part = { name: 'cvm_diario', label: 'CVM', progress: 10, estimated: false };
  const run = failed('exit_1');
  const parts = [
    { ...part, state: 'succeeded' as const, message: 'fine' },
    { ...part, label: 'BCB', state: 'failed' as const, message: '404 Not Found' },
  ];
  expect(runNote({ ...run, parts }, t(), String)).toBe('BCB: 404 Not Found');
  expect(runNote(run, t(), String)).toBe('O programa terminou com o código de saída 1.');
});
