import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from './lint-files.mjs';

const rule = 'suppression-needs-reason';

test('a suppression without a reason is refused', async () => {
  const bad = [
    '// oxlint-disable-next-line no-console\nexport const a = 1;',
    '/* oxlint-disable no-console */\nexport const a = 1;',
    '/* eslint-disable-next-line no-console -- why */\nexport const a = 1;',
    'export const a = 1; // oxlint-disable-line no-console --',
    '// @ts-expect-error\nexport const a = 1;',
    '// @ts-expect-error the types are wrong\nexport const a = 1;',
    '// oxfmt-ignore\nexport const a = 1;',
    '// @ts-ignore -- the types of this package are wrong\nexport const a = 1;',
    '// @ts-nocheck -- the types of this package are wrong\nexport const a = 1;',
  ];
  const files = Object.fromEntries(bad.map((source, index) => [`${index}.ts`, source]));
  const messages = await lintFiles(rule, files);
  for (const [path, source] of Object.entries(files)) assert.equal(messages[path].length, 1, source);
});

test('a suppression with a reason is fine, and so is a comment that speaks of one', async () => {
  const source = [
    '// oxlint-disable-next-line no-console -- the banner is the output of this program',
    'export const a = 1;',
    '/* oxlint-disable no-control-regex -- control characters are what is looked for */',
    '// @ts-expect-error -- the types of this package lack the option',
    'export const b = 2;',
    '// Without oxlint-disable this would be reported.',
  ].join('\n');
  assert.deepEqual(await lintFiles(rule, { 'a.ts': source }), { 'a.ts': [] });
});
