import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { before, describe, test } from 'node:test';
import { createTestHost, runInProcess } from '../../test/run-in-process.ts';
import { createProgram } from '../program.ts';
import { readWords } from './words.ts';

const scripts: Record<string, string> = {};
before(async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    scripts[shell] = (await runInProcess(['completion', shell])).stdout;
});

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

const cases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['dumont', 'ru'], ['run']],
  [
    ['dumont', 'run', 's'],
    ['start', 'show'],
  ],
  [['dumont', 'run', 'start', '--fo'], ['--follow']],
  [['dumont', 'run', 'start', '--wait', '--fo'], ['--follow']],
  [['dumont', '--url', 'run', 'al'], ['alarm']],
  [['dumont', 'alarm', 'list', '--state', 'f'], ['firing']],
  [['dumont', 'run', 'list', '--state', 'ti'], ['timed_out']],
  [
    ['dumont', 'market', 'watch', 'a'],
    ['add', 'alert'],
  ],
  [
    ['dumont', 'machine', 're'],
    ['reboot', 'resume'],
  ],
  [['dumont', 'machine', 'list', '--status', 'hibernate'], ['hibernated']],
  [['dumont', 'offer', 'list', '--region', 'A'], ['ASIA']],
  [
    ['dumont', 'completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [['dumont', 'run', 'start', '--', 'ru'], []],
];

describe('bash', () => {
  for (const [words, offered] of cases) {
    test(`"${words.join(' ')}" offers ${offered.join(', ') || 'nothing'}`, () => {
      const program = `${scripts['bash']}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dumont; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync('bash', ['-c', program, 'bash', ...words], { encoding: 'utf8' });
      assert.equal(stderr, '');
      assert.deepEqual(stdout.split('\n').filter(Boolean).toSorted(), offered.toSorted());
    });
  }
});

const without = (shell: string): { skip: string | false } => ({
  skip: isInstalled(shell) ? false : `${shell} is not installed here`,
});

describe('fish', without('fish'), () => {
  for (const [words, offered] of cases.slice(0, -1)) {
    test(`"${words.join(' ')}" offers ${offered.join(', ')}`, () => {
      const program = `${scripts['fish']}\ncomplete -C "${words.join(' ')}"`;
      const { stdout } = spawnSync('fish', ['-N', '-c', program], { encoding: 'utf8' });
      const names = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t')[0] ?? '');
      assert.deepEqual(names.toSorted(), offered.toSorted());
    });
  }
});

describe('zsh', without('zsh'), () => {
  test('the script is one that zsh understands', () => {
    const { status, stderr } = spawnSync('zsh', ['-n'], { input: scripts['zsh'] ?? '', encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
});

test('every command and every option is offered in every shell', () => {
  const { host } = createTestHost({});
  for (const { path, options } of readWords(createProgram(host, { exitCode: 0, url: '' }))) {
    for (const [shell, script] of Object.entries(scripts)) {
      assert.ok(script.includes(path), `${shell}: ${path}`);
      for (const flag of options.flatMap(({ flags }) => flags)) {
        const written = shell === 'fish' ? flag.replace(/^--/, '-l ').replace(/^-(.)$/, '-s $1') : flag;
        assert.ok(script.includes(written), `${shell}: ${path} ${flag}`);
      }
    }
  }
});
