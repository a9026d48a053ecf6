import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApiError } from '@dumont/contracts/client';
import { createObjects } from './objects.ts';
import { createTestApp, type TestApp } from './test-app.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp();
});
after(() => app[Symbol.asyncDispose]());

/** Settings of a project and what was merely observed for it: worth nothing without the project. */
const goesWithIt = [
  'alarms',
  'fund_selections',
  'host_blacklist',
  'market_watches',
  'path_settings',
  'project_members',
  'snapshot_retention',
  'system_settings',
];

test('nothing but settings and observations goes with a project by itself', async () => {
  const { rows } = await app.database.pool.query<{ name: string }>(
    `SELECT r.relname AS name FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
     WHERE c.contype = 'f' AND c.confrelid = 'app.projects'::regclass AND c.confdeltype <> 'a' ORDER BY 1`,
  );
  assert.deepEqual(
    rows.map(({ name }) => name),
    goesWithIt,
    'a table whose rows somebody made must refer to the project without ON DELETE',
  );
});

test('a project with a credential, a run, a schedule, an alarm rule, snapshots or machines is not deleted, and nothing of it', async () => {
  const { client } = app.admin;
  const objects = createObjects(app.database);
  const own: Readonly<Record<string, (projectId: string) => Promise<unknown>>> = {
    credentials: (projectId) =>
      client.putCredential({
        params: { key: 'maps' },
        query: { projectId },
        body: { url: 'https://portal.example', username: 'someone', password: 'kept' },
      }),
    runs: (projectId) => objects.addRun(projectId, app.admin.id),
    schedules: (projectId) =>
      client.createSchedule({
        body: {
          projectId,
          name: 'nightly',
          kind: 'pipeline',
          subject: 'fund-data',
          params: { sistemas: ['cvm_diario'] },
          cron: '0 3 * * *',
          timeZone: 'America/Sao_Paulo',
        },
      }),
    'alarm rules': (projectId) =>
      client.createAlarmRule({
        body: { projectId, name: 'failed', condition: { type: 'event', event: 'run.failed' } },
      }),
    snapshots: (projectId) => objects.addSnapshot(projectId, app.admin.id),
    customers: (projectId) =>
      client.createCustomer({
        query: { projectId },
        body: { name: 'Ana', email: 'ana@example.org', cpf: '52998224725' },
      }),
    machines: (projectId) => objects.addMachine(projectId, app.admin.id, { state: 'paused' }),
    // What it cost is in the ledger, and the snapshots of it are in its repository.
    'destroyed machines': (projectId) => objects.addMachine(projectId, app.admin.id, { state: 'destroyed' }),
  };
  const detailOf: Readonly<Record<string, string>> = {
    snapshots: 'snapshot',
    'destroyed machines': 'machines',
  };
  for (const [what, add] of Object.entries(own)) {
    const id = await app.addProject(`owns-${what.replace(' ', '-')}`);
    const settings = { project_id: id, system_id: 'cvm_cda', active: false, options: '{}' };
    await app.database.pool.query(
      `INSERT INTO app.system_settings (${Object.keys(settings).join(', ')}, updated_at) VALUES ($1, $2, $3, $4, now())`,
      Object.values(settings),
    );
    await add(id);
    await assert.rejects(client.deleteProject({ params: { id } }), (error) => {
      assert.ok(error instanceof ApiError);
      assert.deepEqual([error.status, error.problem.code], [409, 'project.not_empty']);
      assert.match(error.problem.detail, new RegExp(detailOf[what] ?? what));
      return true;
    });
    const { rowCount } = await app.database.pool.query(
      'SELECT 1 FROM app.system_settings WHERE project_id = $1',
      [id],
    );
    assert.equal(rowCount, 1, 'its settings stay with it');
  }
});

test('a project that owns nothing any more is deleted with its settings', async () => {
  const { client } = app.admin;
  const id = await app.addProject('emptied');
  await client.putCredential({
    params: { key: 'maps' },
    query: { projectId: id },
    body: { url: 'https://portal.example', username: 'someone', password: 'x' },
  });
  await client.deleteCredential({ params: { key: 'maps' }, query: { projectId: id } });
  await client.deleteProject({ params: { id } });
  const { items } = await client.listProjects();
  assert.ok(!items.some((project) => project.id === id));
});
