import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { createTestDatabase, type TestDatabase } from '../../../test/database.ts';
import { ConfigError } from '../config/settings.ts';
import { loadMasterKey } from './master-key.ts';
import { createVaultStore, type VaultStore } from './vault-store.ts';
import { createVault, VaultError } from './vault.ts';

const key = Buffer.alloc(32, 7);
let database: TestDatabase;
let store: VaultStore;
before(async () => {
  database = await createTestDatabase();
  store = createVaultStore(database.db);
});
after(() => database[Symbol.asyncDispose]());

test('what was sealed opens again, after a restart and on another server too', async () => {
  const [one, other] = await Promise.all([createVault(key, store), createVault(key, store)]);
  const sealed = await one.seal('credential:1', 'palavra-passe 💥');
  assert.equal(await other.open('credential:1', sealed), 'palavra-passe 💥');
  assert.equal(await (await createVault(key, store)).open('credential:1', sealed), 'palavra-passe 💥');
  assert.equal((await store.listDataKeys()).length, 1);
});

test('the same secret looks different each time, and its text is not in it', async () => {
  const vault = await createVault(key, store);
  const [one, two] = await Promise.all([vault.seal('a', 'secret'), vault.seal('a', 'secret')]);
  assert.ok(!one.equals(two) && !one.includes('secret'));
});

test('a secret that was copied over another does not open', async () => {
  const vault = await createVault(key, store);
  await assert.rejects(vault.open('credential:2', await vault.seal('credential:1', 'x')), VaultError);
});

test('a secret of which any byte was changed does not open', async () => {
  const vault = await createVault(key, store);
  const sealed = await vault.seal('a', 'x');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    await assert.rejects(vault.open('a', changed), VaultError, `byte ${at}`);
    await assert.rejects(vault.open('a', sealed.subarray(0, at)), VaultError, `cut at ${at}`);
  }
});

test('with another master key the vault does not open at all', async () => {
  await createVault(key, store);
  await assert.rejects(createVault(Buffer.alloc(32, 8), store), VaultError);
});

test('what is derived is the same in any database, another for each context and key', async () => {
  const vault = await createVault(key, store);
  await using elsewhere = await createTestDatabase();
  await using another = await createTestDatabase();
  const same = await createVault(key, createVaultStore(elsewhere.db));
  const other = await createVault(Buffer.alloc(32, 8), createVaultStore(another.db));
  const secret = vault.derive('snapshot-repository:1');
  assert.match(secret, /^[\w-]{43}$/);
  assert.equal(same.derive('snapshot-repository:1'), secret);
  assert.notEqual(other.derive('snapshot-repository:1'), secret);
  assert.notEqual(vault.derive('snapshot-repository:2'), secret);
});

test('the password of a repository is printed by the command that the documentation names', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-key-'));
  context.after(() => rm(folder, { recursive: true }));
  const vault = await createVault(key, store);
  const documentation = await readFile(
    join(import.meta.dirname, '../../../../../docs/operations.md'),
    'utf8',
  );
  const [, command] = /^MACHINE=<id of the machine> node -e '(.+)'$/m.exec(documentation) ?? [];
  assert.ok(command !== undefined);
  for (const format of ['base64', 'hex'] as const) {
    await writeFile(join(folder, 'master-key'), `${key.toString(format)}\n`);
    const { stdout }: { stdout: string } = await promisify(execFile)(process.execPath, ['-e', command], {
      cwd: folder,
      env: { MACHINE: 'one' },
    });
    assert.equal(stdout.trim(), vault.derive('snapshot-repository:one'));
  }
});

test('a master key is made once, for its owner alone', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-key-'));
  context.after(() => rm(folder, { recursive: true }));
  const made = await loadMasterKey(undefined, folder);
  assert.equal(made.length, 32);
  assert.deepEqual(await loadMasterKey(undefined, folder), made);
  assert.equal((await stat(join(folder, 'master-key'))).mode & 0o777, 0o600);
  assert.equal((await readFile(join(folder, 'master-key'), 'utf8')).trim(), made.toString('base64'));
});

test('a damaged master key is never replaced by a new one', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-key-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'master-key'), 'half a k');
  await assert.rejects(loadMasterKey(undefined, folder), /is damaged. Restore it/);
  assert.equal(await readFile(join(folder, 'master-key'), 'utf8'), 'half a k');
});

test('a master key that is given must be 32 bytes, and is not shown when it is not', async () => {
  assert.deepEqual(await loadMasterKey('ab'.repeat(32), '/nowhere'), Buffer.alloc(32, 0xab));
  assert.deepEqual(await loadMasterKey(key.toString('base64'), '/nowhere'), key);
  await assert.rejects(
    loadMasterKey('short-secret', '/nowhere'),
    (error: unknown) => error instanceof ConfigError && !error.message.includes('short-secret'),
  );
});
