import { expect, test } from 'vitest';
import { isFolderPath, linesOf } from './paths.ts';

test('a list of paths is read line by line', () => {
  expect(linesOf(' /workspace/a \n\n/data\n')).toEqual(['/workspace/a', '/data']);
});

test('a folder is absolute, and leads nowhere else', () => {
  for (const path of ['/workspace', '/a b/c', '/.cache', '/a/...b']) expect(isFolderPath(path)).toBe(true);
  for (const path of ['', '/', 'workspace', '/a/', '/a/../b', '/a/.', '/a//b', '/a\tb'])
    expect(isFolderPath(path)).toBe(false);
});
