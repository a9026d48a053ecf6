import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigError } from '../../kernel/config/settings.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { createTestClock } from '../../../test/test-clock.ts';
import { adminEmail, call, callerOf, createBed, createReplica, signIn } from './identity-test-kit.ts';

const generated = { admin: { email: adminEmail, password: undefined } };

test('two servers that start at once on an empty database make one installation', async () => {
  await using database = await createTestDatabase();
  const clock = createTestClock();
  await using stack = new AsyncDisposableStack();
  const replicas = await Promise.all(
    [1, 2, 3].map(async () => stack.use(await createReplica(database, clock, generated))),
  );
  const passwords = replicas.flatMap(({ identity }) => identity.generatedAdminPassword ?? []);
  assert.equal(passwords.length, 1, 'one password is shown, once');
  assert.equal(new Set(replicas.map(({ identity }) => identity.defaultProjectId)).size, 1);
  const tokens = await Promise.all(
    replicas.map(({ identity }) => signIn(identity, adminEmail, passwords[0] ?? '')),
  );
  for (const { identity } of replicas) {
    for (const { access } of tokens) await identity.authenticator.authenticate({ bearer: access });
  }
  assert.equal((await replicas[0]?.identity.jwks())?.keys.length, 1);
});

test('a generated password is found again in a private file until it is changed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-identity-'));
  try {
    const dataDir = join(folder, 'data');
    await using bed = await createBed(generated, dataDir);
    const password = bed.identity.generatedAdminPassword ?? '';
    const file = join(dataDir, 'admin-password');
    assert.equal(await readFile(file, 'utf8'), `${password}\n`);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    await using again = await createReplica(bed.database, bed.clock, generated, dataDir);
    assert.equal(again.identity.generatedAdminPassword, undefined);
    const caller = await callerOf(bed.identity, adminEmail, password);
    await call(bed.identity, 'changePassword', {
      caller,
      body: { current: password, next: 'my own password' },
    });
    assert.deepEqual(await readdir(dataDir), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a later start keeps the administrator and a renamed default project, and restores built-in roles', async () => {
  await using bed = await createBed();
  const { pool } = bed.database;
  await pool.query("UPDATE projects SET name = 'main'");
  await pool.query("UPDATE roles SET grants = '{*}' WHERE name = 'viewer'");
  await using later = await createReplica(bed.database, bed.clock, {
    admin: { email: 'another@example.org', password: 'something else' },
  });
  assert.equal(later.identity.defaultProjectId, bed.identity.defaultProjectId);
  const { rows } = await pool.query<{ email: string }>('SELECT email FROM users');
  assert.deepEqual(rows, [{ email: adminEmail }]);
  const viewer = await pool.query<{ grants: string[] }>("SELECT grants FROM roles WHERE name = 'viewer'");
  assert.ok(!viewer.rows[0]?.grants.includes('*'));
});

test('an issuer without encryption is refused at the start, but for this host', async () => {
  await using database = await createTestDatabase();
  const oidc = {
    name: 'X',
    issuer: 'http://idp.example.org',
    clientId: 'a',
    clientSecret: 'b',
    role: 'viewer',
  };
  await assert.rejects(createReplica(database, createTestClock(), { oidc }), ConfigError);
});
