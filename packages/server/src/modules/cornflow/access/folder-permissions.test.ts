import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ConfigError } from '../../../kernel/config/settings.ts';
import { createTestDatabase } from '../../../../test/database.ts';
import { createCornflowBed, type CornflowBed } from '../cornflow-test-kit.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-permissions-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const write = async (permissions: unknown, roles: unknown = []): Promise<void> => {
  await writeFile(join(folder, 'roles.json'), JSON.stringify({ roles }));
  await writeFile(join(folder, 'permissions.json'), JSON.stringify({ permissions }));
};
const auditor = { name: 'auditor', description: '', grants: ['members:read'] };
const reads = { role: 'auditor', view: 'licences', methods: ['GET'] };

test('what files permit counts after a start, is no longer changed here, and goes with the file', async (t) => {
  await using database = await createTestDatabase();
  // One installation: without its folder the database would be taken for a copy, which takes a start 15 s to find out.
  const dataDir = await mkdtemp(join(tmpdir(), 'dumont-installation-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const start = () => createCornflowBed({ database, dataDir, environment: { DUMONT_SOLVERS: folder } });
  const statusOf = async (bed: CornflowBed, path: string): Promise<number> => {
    const { token } = await bed.login('auditor@example.org', 'Correct-horse2');
    return (await bed.clientWith(token).ask('GET', path)).status;
  };
  await write([reads, { role: 'viewer', view: 'actions', methods: ['GET'] }], [auditor]);
  {
    await using bed = await start();
    await bed.app.admin.client.createUser({
      body: {
        email: 'auditor@example.org',
        name: 'Auditor',
        password: 'Correct-horse2',
        mustChangePassword: false,
        installationRole: null,
        defaultProjectRole: 'auditor',
      },
    });
    assert.equal(await statusOf(bed, '/licences/'), 200);
    assert.equal(await statusOf(bed, '/instance/'), 403);
    assert.equal((await bed.people.viewer.ask('GET', '/action/')).status, 200);
    const { rows } = await bed.people.admin.ask('GET', '/permission/');
    const row = rows.find(({ role, api_view }) => role === 'auditor' && api_view === 'licences');
    assert.ok(row);
    for (const method of ['PUT', 'DELETE']) {
      const answer = await bed.people.admin.ask(method, `/permission/${row.id}/`, { action_id: 1 });
      assert.deepEqual(
        [answer.status, answer.json],
        [400, { error: 'The permission comes from a file of the installation, and is changed there' }],
      );
    }
  }
  {
    await using again = await start();
    const { rows } = await again.people.admin.ask('GET', '/permission/');
    assert.equal(rows.filter(({ role }) => role === 'auditor').length, 1, 'the same after the next start');
  }
  await write([{ role: 'viewer', view: 'actions', methods: ['GET'] }], [auditor]);
  {
    await using without = await start();
    assert.equal(await statusOf(without, '/licences/'), 403);
    assert.equal((await without.people.viewer.ask('GET', '/action/')).status, 200);
    assert.equal(
      (await without.people.viewer.ask('GET', '/licences/')).status,
      200,
      'not of a file: it stays',
    );
  }
});

test('a number that another role had comes without what that one was permitted', async () => {
  await using bed = await createCornflowBed();
  const { admin } = bed.people;
  const views = (await admin.ask('GET', '/apiview/')).rows;
  const made = await admin.ask('POST', '/roles/', { name: 'first' });
  const body = { role_id: made.json.id, action_id: 1, api_view_id: views[0]?.id };
  assert.equal((await admin.ask('POST', '/permission/', body)).status, 201);
  const { items } = await bed.app.admin.client.listRoles({});
  const id = items.find(({ name }) => name === 'first')?.id ?? '';
  await bed.app.admin.client.deleteRole({ params: { id } });
  const next = await admin.ask('POST', '/roles/', { name: 'second' });
  assert.equal(next.json.id, made.json.id);
  const { rows } = await admin.ask('GET', '/permission/');
  assert.deepEqual(
    rows.filter(({ role_id }) => role_id === next.json.id),
    [],
  );
});

test('a file of permissions that is wrong stops the start, and names file and field', async () => {
  const file = join(folder, 'permissions.json');
  const refuses = async (entry: object, message: string): Promise<void> => {
    await write([reads, { ...reads, ...entry }], [auditor]);
    await assert.rejects(createCornflowBed({ environment: { DUMONT_SOLVERS: folder } }), (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      assert.ok(error.message.startsWith(`${file}: permissions[1].${message}`), error.message);
      return true;
    });
  };
  await refuses({ role: 'nobody' }, 'role: there is no role nobody');
  await refuses({ view: 'nowhere' }, 'view: there is no nowhere for which');
  await refuses({ view: 'login' }, 'view: there is no login for which');
  await refuses({ methods: ['GET', 'DELETE'] }, 'methods[1]: licences has no DELETE');
  await refuses({ methods: ['HEAD'] }, 'methods[0]: ');
  await refuses({ methods: [] }, 'methods: ');
});
