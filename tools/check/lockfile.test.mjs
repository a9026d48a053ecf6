import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkLockfile } from './lockfile.mjs';

const manifest = { dependencies: { a: '1.0.0' }, optionalDependencies: { 'a-linux': '1.0.0' } };
const packages = {
  '': manifest,
  'node_modules/a': { version: '1.0.0', dependencies: { b: '^2.0.0', c: '*' }, peerDependencies: { d: '*' } },
  'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '*' } },
  'node_modules/c': { version: '1.0.0', optionalDependencies: { 'c-wasm32-wasi': '1.0.0' } },
  'node_modules/d': {
    version: '1.0.0',
    peerDependencies: { e: '*' },
    peerDependenciesMeta: { e: { optional: true } },
  },
  'node_modules/a-linux': { version: '1.0.0', optional: true },
};
const manifests = { '': manifest };

test('a lockfile that has what the package files mean is in order', () => {
  assert.deepEqual(checkLockfile({ packages }, manifests), []);
});

test('a dependency that one of the two lacks or has in another version is named', () => {
  const changed = { '': { ...manifest, dependencies: { a: '1.1.0', z: '1.0.0' } } };
  assert.deepEqual(checkLockfile({ packages }, changed), [
    'package.json: a is 1.1.0, in the lockfile 1.0.0',
    'package.json: z is 1.0.0, in the lockfile absent',
  ]);
  assert.deepEqual(checkLockfile({ packages }, { ...manifests, 'apps/new': {} }), [
    'apps/new/package.json: not in the lockfile',
  ]);
});

test('a range is refused', () => {
  const ranged = { dependencies: { a: '^1.0.0' } };
  const problems = checkLockfile({ packages: { ...packages, '': ranged } }, { '': ranged });
  assert.deepEqual(problems, ['package.json: a is not pinned']);
});

test('a dependency without an entry is named, also one of another platform', () => {
  const { 'node_modules/a-linux': _linux, 'node_modules/a/node_modules/b': _b, ...rest } = packages;
  assert.deepEqual(checkLockfile({ packages: rest }, manifests), [
    'package-lock.json:  needs a-linux, which has no entry',
    'package-lock.json: node_modules/a needs b, which has no entry',
  ]);
});

test('an address of a registry is refused', () => {
  const named = {
    ...packages,
    'node_modules/c': { version: '1.0.0', resolved: 'https://example.org/c.tgz' },
  };
  assert.deepEqual(checkLockfile({ packages: named }, manifests), [
    'package-lock.json: node_modules/c names an address',
  ]);
});
