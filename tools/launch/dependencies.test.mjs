import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isInstalled } from './dependencies.mjs';

const folder = mkdtempSync(join(tmpdir(), 'dumont-install-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const wanted = {
  '': { name: 'example' },
  'packages/web': { version: '1.0.0' },
  'node_modules/@example/web': { resolved: 'packages/web', link: true },
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/other-platform': { version: '1.0.0', integrity: 'sha512-o', optional: true },
};
const { 'node_modules/other-platform': _, ...installed } = wanted;

function isInstalledWith(packages) {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const path = join(folder, 'node_modules/.package-lock.json');
  if (packages === undefined) rmSync(path, { force: true });
  else writeFileSync(path, typeof packages === 'string' ? packages : JSON.stringify({ packages }));
  return isInstalled(folder);
}

test('what the lockfile names is installed, without the packages of other platforms', () => {
  assert.equal(isInstalledWith(installed), true);
});

test('a missing, broken-off or older installation is not taken for one', () => {
  assert.equal(isInstalledWith(undefined), false);
  assert.equal(isInstalledWith('{"packages": {'), false);
  assert.equal(
    isInstalledWith({ ...installed, 'node_modules/a': { version: '0.9.0', integrity: 'x' } }),
    false,
  );
  assert.equal(
    isInstalledWith({ ...installed, 'node_modules/a': { version: '1.0.0', integrity: 'x' } }),
    false,
  );
  const { 'node_modules/a': _a, ...withoutA } = installed;
  assert.equal(isInstalledWith(withoutA), false);
});

test('a workspace that is not linked, or linked to another folder, has to be installed', () => {
  const { 'node_modules/@example/web': link, ...withoutLink } = installed;
  assert.equal(isInstalledWith(withoutLink), false);
  assert.equal(
    isInstalledWith({ ...installed, 'node_modules/@example/web': { ...link, resolved: 'packages/x' } }),
    false,
  );
});
