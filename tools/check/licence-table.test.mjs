import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printLicences, readLicences, refusedLicences } from './licence-table.mjs';

const lockfile = {
  packages: {
    '': { license: 'Apache-2.0' },
    'packages/web': { version: '0.1.0' },
    'node_modules/@example/web': { link: true },
    'node_modules/b': { version: '2.0.0', license: 'MIT' },
    'node_modules/a': { version: '1.0.0', license: '(GPL-3.0 OR MIT)', dev: true },
    'node_modules/b/node_modules/a': { version: '1.0.0', license: '(GPL-3.0 OR MIT)' },
    'node_modules/c': { version: '1.0.0', license: 'GPL-3.0' },
    'node_modules/d': { version: '1.0.0', license: 'MIT AND GPL-3.0' },
    'node_modules/e': { version: '1.0.0' },
    'node_modules/f': { version: '1.0.0', license: 'ISC', dev: true },
  },
};

test('a licence that may not be used, or none, is refused', () => {
  assert.deepEqual(refusedLicences(readLicences(lockfile)), [
    'c 1.0.0: GPL-3.0',
    'd 1.0.0: MIT AND GPL-3.0',
    'e 1.0.0: names no licence',
  ]);
});

test('what is shipped stands apart from what is for development only, each package once', () => {
  const [shipped, development] = printLicences(readLicences(lockfile)).split('## Development only');
  assert.match(shipped, /\| a \| 1\.0\.0 \| \(GPL-3\.0 OR MIT\) \|\n\| b \| 2\.0\.0 \| MIT \|/);
  assert.deepEqual(development.match(/^\| [a-z] \|/gm), ['| f |']);
});
