import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from './arguments.ts';
import type { PipelineManifest } from './manifest.ts';

const system = (id: string) => ({
  id,
  label: id.toUpperCase(),
  credentials: [],
  paths: [],
  options: [
    { name: 'csv', type: 'boolean', default: true },
    { name: 'meses', type: 'choice', choices: ['0', '3'], default: '0' },
  ] as const,
});
const manifest: PipelineManifest = { id: 'p', database: null, systems: [system('um'), system('dois')] };

const today = '2025-11-03';
const parse = (...argv: string[]) => parseArguments(argv, manifest, today);

function problemsOf(...argv: string[]): string {
  const parsed = parse(...argv);
  assert.equal(parsed.ok, false);
  return parsed.ok ? '' : parsed.problems.join('\n');
}

test('several systems, a period and options are read', () => {
  const line =
    '--sistemas um dois --data-inicial 01/10/2025 --data-final 31/10/2025 --config c.json ' +
    '--opcao um.csv=nao --opcao um.meses=3 --limpar --dry-run';
  const parsed = parse(...line.split(' '));
  assert.ok(parsed.ok);
  const { systems, from, to, clean, dryRun, options } = parsed.arguments;
  assert.deepEqual(
    systems.map(({ id }) => id),
    ['um', 'dois'],
  );
  assert.deepEqual([from, to, clean, dryRun], ['2025-10-01', '2025-10-31', true, true]);
  assert.deepEqual(options.get('um'), { csv: false, meses: '3' });
  assert.deepEqual(options.get('dois'), { csv: true, meses: '0' });
});

test('without a period it is the last business day', () => {
  const parsed = parse('--sistemas', 'um', '--config', 'c.json');
  assert.ok(parsed.ok);
  assert.deepEqual([parsed.arguments.from, parsed.arguments.to], ['2025-10-31', '2025-10-31']);
});

test('every wrong argument is named', () => {
  const text = problemsOf('--sistemas', 'tres', '--data-inicial', '31/02/2025', '--opcao', 'um.pdf=1');
  for (const part of ['--sistemas tres', '--data-inicial 31/02/2025', '--opcao um.pdf=1', '--config'])
    assert.ok(text.includes(part), `${part} in ${text}`);
});

test('a period the wrong way round is refused with both days', () => {
  const text = problemsOf(
    '--sistemas',
    'um',
    '--data-inicial',
    '02/10/2025',
    '--data-final',
    '01/10/2025',
    '--config',
    'c',
  );
  assert.match(text, /02\/10\/2025 is after --data-final 01\/10\/2025/);
});

test('an unknown word and a wrong option value are refused', () => {
  assert.match(problemsOf('--sistemas', 'um', '--config', 'c', '--foo'), /--foo/);
  assert.match(problemsOf('--sistemas', 'um', '--config', 'c', '--opcao', 'um.meses=7'), /one of 0, 3/);
});
