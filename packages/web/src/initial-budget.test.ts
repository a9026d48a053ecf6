import { expect, test } from 'vitest';
import { gzipKilobytes, initialChunks, type BuiltChunk } from '../build/initial-budget.ts';

const chunk = (fileName: string, changes: Partial<BuiltChunk> = {}): BuiltChunk => ({
  fileName,
  code: fileName,
  isEntry: false,
  imports: [],
  facadeModuleId: null,
  ...changes,
});

test('a first visit loads the entry, what it imports however deep, and the texts of the frame, each once', () => {
  const chunks = [
    chunk('index.js', { isEntry: true, imports: ['vendor.js', 'frame.js'] }),
    chunk('frame.js', { imports: ['vendor.js', 'runtime.js'] }),
    chunk('vendor.js', { imports: ['runtime.js'] }),
    chunk('runtime.js'),
    chunk('shell.js', { facadeModuleId: '/src/i18n/en/shell.ts' }),
    chunk('settings.js', { facadeModuleId: '/src/i18n/en/settings.ts' }),
    chunk('page.js', { imports: ['vendor.js', 'charts.js'] }),
    chunk('charts.js'),
  ];
  const names = initialChunks(chunks).map(({ fileName }) => fileName);
  expect(names.toSorted()).toEqual(['frame.js', 'index.js', 'runtime.js', 'shell.js', 'vendor.js']);
});

test('what is counted is what is sent: compressed, in kB of 1,000 bytes', () => {
  expect(gzipKilobytes([chunk('a.js', { code: 'a'.repeat(1_000_000) })])).toBeLessThan(2);
});
