import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { checkTrackedFiles } from './tracked-files.mjs';

const checkout = mkdtempSync(join(tmpdir(), 'dumont-tracked-'));
after(() => rmSync(checkout, { recursive: true, force: true }));
const git = (...args) => execFileSync('git', args, { cwd: checkout, stdio: 'ignore' });
git('init');

function check(files, options) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(checkout, path)), { recursive: true });
    writeFileSync(join(checkout, path), text);
    git('add', path);
  }
  const problems = checkTrackedFiles({ root: checkout, home: '/home/ana', ...options });
  for (const path of Object.keys(files)) git('rm', '-f', '--cached', path);
  return problems;
}

test('a folder of this machine and the host of a registry are found, with their line', () => {
  const host = ['registry', 'npmjs', 'org'].join('.');
  const problems = check(
    {
      'a.md': `first\nsee ${checkout}/x`,
      'b.md': '/home/ana/notes',
      'c.json': `"https://${host}/x"`,
      'd.yml': 'npm.example.org',
    },
    { registry: 'https://npm.example.org/' },
  );
  assert.deepEqual(
    problems.map((problem) => problem.split(' names ')[0]),
    ['a.md:2', 'b.md:1', 'c.json:1', 'd.yml:1'],
  );
});

test('other paths are fine: longer names, parts of another path', () => {
  assert.deepEqual(check({ 'a.md': '/home/anabel/x and ./home/ana and x/home/ana' }), []);
});

test('switching off all lint rules at once is refused', () => {
  const all = '/* oxlint-disable */\n';
  const some = '// oxlint-disable-next-line no-console -- the banner\n';
  assert.deepEqual(check({ 'src/a.ts': `\n${all}`, 'src/b.ts': some }), [
    'src/a.ts:2 switches off all lint rules: name one',
  ]);
});

test('a package or a program that was left in the checkout is found, pictures are fine', () => {
  assert.deepEqual(check({ 'tool.deb': '!<arch>\n\0', 'docs/page.png': '\0' }), [
    'tool.deb is binary, and of no kind that is kept here',
  ]);
});

test('a file that is tracked and deleted in the work tree is no problem', () => {
  writeFileSync(join(checkout, 'gone.md'), 'x');
  git('add', 'gone.md');
  rmSync(join(checkout, 'gone.md'));
  assert.deepEqual(checkTrackedFiles({ root: checkout, home: '/root' }), []);
});
