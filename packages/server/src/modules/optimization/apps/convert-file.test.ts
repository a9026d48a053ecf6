import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { proseOfParam } from '@dumont/contracts/findings';
import { AppError } from '../../../kernel/errors.ts';
import { convertFile } from './convert-file.ts';
import type { FolderApp } from './read-apps.ts';

/** An app whose converter is this program. */
const appOf = (program: string): FolderApp => ({
  manifest: {
    id: 'reader',
    name: { en: 'Reader', 'pt-BR': 'Leitor' },
    description: { en: 'Reader', 'pt-BR': 'Leitor' },
    command: ['node'],
    protocol: 'streams',
    preload: null,
    solvers: [],
    timeLimitSeconds: 300,
    warmStart: false,
    convert: { command: ['node', '-e', program], endings: ['mps'] },
  },
  folder: tmpdir(),
  root: tmpdir(),
  schemaTexts: { instance: '', solution: '', config: '', instance_checks: '', solution_checks: '', kpis: '' },
  schemas: {} as FolderApp['schemas'],
  publishedTexts: {} as FolderApp['publishedTexts'],
  examples: [],
  words: {},
});

const convert = (program: string, content = 'ROWS', ending = 'mps') =>
  convertFile(appOf(program), { ending, content: Buffer.from(content) }, ['--maximize']);

const refusedFor = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError);
  assert.equal(error.code, 'optimization.file');
  assert.match(proseOfParam(error, 'reason'), reason);
  return true;
};

test('a file reaches the program, with its ending and what is asked of it', async () => {
  const program = `
    process.stdin.setEncoding('utf8').on('data', (text) =>
      process.stdout.write(JSON.stringify([text, ...process.argv.slice(1)])))`;
  assert.equal(await convert(program), '["ROWS","mps","--maximize"]');
});

test('a file that cannot be read is refused for the reason that the program gives last', async () => {
  const program = `process.stderr.write('trying\\nLine 3: no such row\\n'); process.exitCode = 1`;
  await assert.rejects(convert(program), refusedFor(/^Line 3: no such row$/));
});

test('a program that dies, or writes without end, is a refusal', async () => {
  await assert.rejects(convert(`process.kill(process.pid, 'SIGKILL')`), refusedFor(/too long or too much/));
  const flood = `const chunk = 'x'.repeat(1 << 20); const go = () => process.stdout.write(chunk, go); go()`;
  await assert.rejects(convert(flood), refusedFor(/too large/));
});

test('a program that does not look at all of a long file is no failure', async () => {
  assert.equal(await convert(`console.log('{}'); process.exit(0)`, 'x'.repeat(8 << 20)), '{}\n');
});

test('the program sees none of our environment', async () => {
  assert.equal(await convert(`process.stdout.write(JSON.stringify(Object.keys(process.env)))`), '[]');
});

test('an ending that the app does not know is refused before anything is started', async () => {
  await assert.rejects(convert('', '', 'xls'), refusedFor(/\.xls/));
});
