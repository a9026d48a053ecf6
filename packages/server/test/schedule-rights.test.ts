import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Schedule } from '@dumont/contracts/runs/schedules';
import { createTestApp, type Person, type TestApp } from './test-app.ts';
import { waitFor } from './wait.ts';

describe('a schedule goes by the rights that its creator has when it fires', () => {
  let app: TestApp;
  before(async () => {
    // No worker: what is queued stays so.
    app = await createTestApp({ environment: { DUMONT_ROLES: 'api,scheduler' } });
  });
  after(() => app[Symbol.asyncDispose]());

  const schedule = (person: Person, name: string): Promise<Schedule> =>
    person.client.createSchedule({
      body: {
        projectId: app.defaultProjectId,
        name,
        subject: 'fund-data',
        params: { sistemas: ['cvm_diario'] },
        cron: '0 3 1 1 *',
      },
    });
  const find = async (id: string): Promise<Schedule> => {
    const { items } = await app.admin.client.listSchedules();
    const found = items.find((item) => item.id === id);
    assert.ok(found);
    return found;
  };
  const fire = async ({ id }: Schedule): Promise<Schedule> => {
    const before = (await find(id)).lastFireAt;
    await app.database.pool.query(
      `UPDATE schedules SET next_fire_at = now() - interval '1 s' WHERE id = $1`,
      [id],
    );
    return waitFor('the fire', async () => {
      const now = await find(id);
      return now.lastFireAt !== before && now;
    });
  };
  const skipped = /may not start this run any more/;

  it('fires while they may, is skipped with that reason once they may not, and fires again when they may', async () => {
    const person = await app.addPerson('plans', { projects: { [app.defaultProjectId]: 'operator' } });
    const made = await schedule(person, 'daily');
    const first = await fire(made);
    assert.equal(first.lastError, null);
    assert.ok(first.lastRunId);

    const member = { params: { id: app.defaultProjectId, userId: person.id } };
    await app.admin.client.putMember({ ...member, body: { role: 'viewer' } });
    const second = await fire(made);
    assert.match(second.lastError ?? '', skipped);
    assert.equal(second.lastRunId, first.lastRunId, 'no run was made');
    assert.equal(second.enabled, true);
    assert.ok(Date.parse(second.nextFireAt ?? '') > Date.now());
    assert.equal((await app.admin.client.listRuns({ query: { scheduleId: made.id } })).items.length, 1);

    await app.admin.client.putMember({ ...member, body: { role: 'operator' } });
    assert.equal((await fire(made)).lastError, null);
    await app.admin.client.deleteMember(member);
    assert.match((await fire(made)).lastError ?? '', skipped);
  });

  it('one of a disabled user is skipped; an administrator of the installation needs no membership', async () => {
    const leaver = await app.addPerson('leaves', { projects: { [app.defaultProjectId]: 'operator' } });
    const theirs = await schedule(leaver, 'leaving');
    await app.admin.client.updateUser({ params: { id: leaver.id }, body: { state: 'disabled' } });
    assert.match((await fire(theirs)).lastError ?? '', skipped);
    assert.equal((await fire(await schedule(app.admin, 'admin'))).lastError, null);
    const severe = app.logLines.filter((line) => line.includes('"level":"error"'));
    assert.deepEqual(severe, [], 'and nothing else is raised');
    const { rows } = await app.database.pool.query(
      `SELECT 1 FROM events WHERE subject = 'fund-data' AND name <> 'run.queued'`,
    );
    assert.equal(rows.length, 0);
  });
});
