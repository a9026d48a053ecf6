import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExcludes } from './excludes.ts';
import { unquoteName } from '../reader/names.ts';

test('what restic and find would read differently, and what leaves out everything, is refused', () => {
  const paths = ['/workspace', '/home/me'];
  checkExcludes(['node_modules', '*.tmp', '.?cache', '/workspace/.venv', 'a b', 'ü'], paths);
  for (const pattern of [
    '',
    '.',
    '..',
    'a/b',
    '!a',
    '[ab]',
    'a\\b',
    '**',
    'a\nb',
    '/',
    '/workspace/',
    '/workspace/*',
    '/workspace/../etc',
    '/workspace',
    '/home',
    'home',
    'work*',
    '*',
  ])
    assert.throws(() => checkExcludes([pattern], paths), { code: 'snapshot.exclude' }, pattern);
});

test('names are read as the bytes that they are', () => {
  const bytes = (text: string): string => Buffer.from(text).toString('latin1');
  assert.equal(unquoteName('plain ü'), bytes('plain ü'));
  assert.equal(unquoteName('a\\"b\\\\c\\n\\x00\\xff'), 'a"b\\c\n\u0000\u00ff');
  assert.equal(unquoteName('\\u200b\\U0001f600'), bytes('\u200b😀'));
});
