import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { found, told } from '@dumont/contracts/findings';
import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../kernel/errors.ts';
import {
  createBed,
  eventRule,
  getRule,
  listAlarms,
  metricRule,
  people,
  projects,
  random,
  runFailed,
  startHook,
  switchOffBuiltInRules,
} from './alarms-test-kit.ts';

const code = (expected: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, expected);
  return true;
};

describe('built-in rules', () => {
  it('are there after the first start, and keep what a user made of them', async () => {
    await using bed = await createBed();
    await using first = await bed.startReplica();
    const { items } = await first.call(people.admin, 'listAlarmRules', { query: {} });
    assert.ok(items.length >= 6 && items.every(({ builtIn, projectId }) => builtIn && projectId === null));
    const rule = items.find(({ name }) => name === 'A run failed');
    assert.ok(rule);
    const params = { id: rule.id };
    await first.call(people.admin, 'updateAlarmRule', { params, body: { name: 'Renamed', enabled: false } });
    await assert.rejects(
      first.call(people.admin, 'deleteAlarmRule', { params }),
      code('alarm.rule_built_in'),
    );
    await using second = await bed.startReplica();
    const after = await second.call(people.admin, 'listAlarmRules', { query: {} });
    assert.equal(after.items.length, items.length);
    assert.equal(after.items.filter(({ name, enabled }) => name === 'Renamed' && !enabled).length, 1);
  });

  it('are unknown where their metric is not measured', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await bed.rounds();
    const { items } = await replica.call(people.admin, 'listAlarmRules', { query: {} });
    assert.equal(items.find(({ name }) => name === 'The disk is nearly full')?.state, 'unknown');
    assert.equal(items.find(({ name }) => name === 'A run failed')?.state, 'ok');
    assert.equal(items.find(({ name }) => name === 'Mail is not delivered')?.state, 'ok');
  });
});

describe('alarm rules', () => {
  it('are made, changed and deleted by who may, where they may', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const { admin, salesOperator, salesViewer, labViewer } = people;
    const own = await replica.call(salesOperator, 'createAlarmRule', { body: eventRule() });
    assert.equal(own.projectId, projects.sales, 'without a project, the one of their own');
    const global = await replica.call(admin, 'createAlarmRule', { body: eventRule() });
    assert.equal(global.projectId, null, 'without a project, the installation for who may');
    const params = { id: own.id };
    const body = { name: 'Other' };
    assert.equal((await replica.call(salesOperator, 'updateAlarmRule', { params, body })).name, 'Other');
    await assert.rejects(
      replica.call(salesViewer, 'updateAlarmRule', { params, body }),
      code('access.forbidden'),
    );
    await assert.rejects(
      replica.call(labViewer, 'updateAlarmRule', { params, body }),
      code('alarm.rule_not_found'),
    );
    await assert.rejects(
      replica.call(salesOperator, 'updateAlarmRule', { params: { id: global.id }, body }),
      code('access.forbidden'),
    );
    await assert.rejects(
      replica.call(salesOperator, 'createAlarmRule', { body: { ...eventRule(), projectId: projects.lab } }),
      code('project.not_found'),
    );
    await assert.rejects(
      replica.call(admin, 'createAlarmRule', { body: { ...eventRule(), projectId: random.id() } }),
      code('project.not_found'),
    );
    const seen = await replica.call(labViewer, 'listAlarmRules', { query: {} });
    assert.deepEqual(
      [
        seen.items.some(({ id }) => id === own.id),
        seen.items.some(({ id }) => id === global.id),
        seen.metrics,
      ],
      [false, true, []],
    );
    const filtered = await replica.call(admin, 'listAlarmRules', { query: { projectId: projects.sales } });
    assert.deepEqual(
      filtered.items.map(({ id }) => id),
      [own.id],
    );
    await assert.rejects(replica.call(salesViewer, 'deleteAlarmRule', { params }), code('access.forbidden'));
    await replica.call(salesOperator, 'deleteAlarmRule', { params });
    await assert.rejects(
      replica.call(salesOperator, 'deleteAlarmRule', { params }),
      code('alarm.rule_not_found'),
    );
  });

  it('are written down with each change: who, what it was and is, where webhooks lead but never their keys', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    replica.metrics.gauge('things', 'Things');
    const { admin } = people;
    const hook = (key: string) => ({ webhooks: [`https://hooks.example.org/${key}`], emails: [] });
    const body = { ...metricRule(), notify: hook('first-key') };
    const { id, condition } = await replica.call(admin, 'createAlarmRule', { body });
    const params = { id };
    const change = (changed: object) => replica.call(admin, 'updateAlarmRule', { params, body: changed });
    const higher = { ...condition, threshold: 20 };
    await change({ condition: higher, enabled: false });
    await change({ notify: hook('second-key') });
    await change({ name: 'Too many', notify: hook('second-key') });
    await replica.call(admin, 'deleteAlarmRule', { params });

    const { rows } = await bed.database.pool.query<{ told: unknown; actor: string; details: object }>(
      `select array[action, subject_type, address] as told, actor_id as actor, details from app.audit
       where subject_id = $1 order by id`,
      [id],
    );
    const at = (action: string) => [`alarm_rule.${action}`, 'alarm_rule', '192.0.2.1'];
    const same = { name: 'Too many', severity: 'warning', webhooks: ['https://hooks.example.org'] };
    assert.deepEqual(
      rows.map(({ told, details }) => [told, details]),
      [
        [at('created'), { ...same, condition }],
        [
          at('changed'),
          { name: 'Too many', condition: higher, enabled: false, before: { condition, enabled: true } },
        ],
        [at('changed'), { name: 'Too many', fields: ['webhooks'] }],
        [at('deleted'), { ...same, condition: higher, enabled: false }],
      ],
    );
    assert.ok(rows.every(({ actor }) => actor === admin.userId));
  });

  it('over metrics need the permission to read metrics, and a metric that exists', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const { admin, salesOperator } = people;
    replica.metrics.gauge('things', 'Things');
    replica.metrics.distributions('spans', 'Spans', [], [1], () => []);
    await assert.rejects(
      replica.call(salesOperator, 'createAlarmRule', { body: metricRule() }),
      code('access.forbidden'),
    );
    for (const metric of ['nothing', 'spans', 'things_count']) {
      await assert.rejects(
        replica.call(admin, 'createAlarmRule', { body: metricRule({ metric }) }),
        code('alarm.metric_unknown'),
      );
    }
    for (const metric of ['things', 'spans_count', 'spans_sum', 'spans_bucket']) {
      await replica.call(admin, 'createAlarmRule', { body: metricRule({ metric }) });
    }
    const { metrics } = await replica.call(admin, 'listAlarmRules', { query: {} });
    const names = metrics.map(({ name }) => name);
    assert.deepEqual(
      ['things', 'spans_count', 'spans_sum', 'spans'].map((name) => names.includes(name)),
      [true, true, true, false],
    );
  });

  it('send nothing to where the server must not call, and show webhooks to who may change them only', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const { salesOperator, salesViewer } = people;
    const hook = await startHook(t);
    const refused = { webhooks: ['http://169.254.169.254/latest/'], emails: [] };
    await assert.rejects(
      replica.call(salesOperator, 'createAlarmRule', { body: { ...eventRule(), notify: refused } }),
      code('outbound.refused'),
    );
    const { id } = await replica.call(salesOperator, 'createAlarmRule', {
      body: { ...eventRule(), notify: { webhooks: [hook.url], emails: [] } },
    });
    const params = { id };
    await assert.rejects(
      replica.call(salesOperator, 'updateAlarmRule', { params, body: { notify: refused } }),
      code('outbound.refused'),
    );
    assert.deepEqual((await getRule(replica, id, salesOperator)).notify.webhooks, [hook.url]);
    const shown = (await getRule(replica, id, salesViewer)).notify.webhooks;
    assert.deepEqual(shown, [`${new URL(hook.url).origin}/********`]);
    await assert.rejects(replica.call(salesViewer, 'testAlarmRule', { params }), code('access.forbidden'));
    const { results } = await replica.call(salesOperator, 'testAlarmRule', { params });
    assert.deepEqual(results, [
      {
        channel: 'webhook',
        target: hook.url,
        ok: true,
        explanation: told(found('delivery.answered', { status: 200 })),
      },
    ]);
    assert.equal(hook.received[0]?.type, 'alarm.test');
  });

  it('are not raised by alarms', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const body = eventRule({ event: 'alarm.firing' });
    await assert.rejects(replica.call(people.admin, 'createAlarmRule', { body }), code('request.invalid'));
  });

  it('that are changed, switched off or deleted end their alarms, and the history stays', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    const hook = await startHook(t);
    const { admin } = people;
    const notify = { webhooks: [hook.url], emails: [] };
    const { id } = await replica.call(admin, 'createAlarmRule', { body: { ...eventRule(), notify } });
    const params = { id };
    const states = async () => (await listAlarms(replica)).map(({ state }) => state);

    await replica.events.publish(bed.database.db, runFailed('nightly'));
    await bed.rounds();
    assert.deepEqual(await states(), ['firing']);
    await replica.call(admin, 'updateAlarmRule', { params, body: { severity: 'info' } });
    assert.deepEqual(await states(), ['firing'], 'another severity is no other rule');
    const { condition } = eventRule({ subject: 'hourly' });
    await replica.call(admin, 'updateAlarmRule', { params, body: { condition } });
    assert.deepEqual(await states(), ['resolved']);
    assert.equal((await getRule(replica, id)).state, 'unknown');

    bed.clock.advance(1);
    await replica.events.publish(bed.database.db, runFailed('hourly'));
    await bed.rounds();
    await replica.call(admin, 'updateAlarmRule', { params, body: { enabled: false } });
    assert.deepEqual(await states(), ['resolved', 'resolved']);
    await replica.events.publish(bed.database.db, runFailed('hourly'));
    await bed.rest();
    bed.clock.advance(5000);
    await bed.rest();
    assert.equal((await states()).length, 2);

    await replica.call(admin, 'deleteAlarmRule', { params });
    assert.equal((await states()).length, 2);
    await bed.rest();
    assert.equal(hook.received.length, 4);
  });
});

describe('alarms', () => {
  it('belong to the project of their event; what has none is for the whole installation’s readers', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const { admin, salesOperator, salesViewer, labViewer } = people;
    await replica.events.publish(bed.database.db, runFailed('nightly', projects.sales));
    await replica.events.publish(bed.database.db, {
      ...runFailed('ana@example.org', null),
      name: 'user.locked',
      topic: null,
    });
    await bed.rounds();
    assert.equal((await listAlarms(replica, admin)).length, 2);
    assert.deepEqual(
      (await listAlarms(replica, salesViewer)).map(({ subject }) => subject),
      ['nightly'],
    );
    assert.deepEqual(await listAlarms(replica, labViewer), []);

    const [mine] = await listAlarms(replica, salesViewer);
    assert.ok(mine);
    const params = { id: mine.id };
    await assert.rejects(replica.call(salesViewer, 'acknowledgeAlarm', { params }), code('access.forbidden'));
    await assert.rejects(replica.call(labViewer, 'acknowledgeAlarm', { params }), code('alarm.not_found'));
    const acknowledged = await replica.call(salesOperator, 'acknowledgeAlarm', {
      params,
      body: { note: 'on it' },
    });
    assert.deepEqual(
      [acknowledged.acknowledgedBy, acknowledged.note, acknowledged.acknowledgedAt],
      [{ id: salesOperator.userId, name: 'Ana' }, 'on it', bed.clock.now().toISOString()],
    );
    bed.clock.advance(1);
    const again = await replica.call(admin, 'acknowledgeAlarm', { params });
    assert.deepEqual(again, acknowledged, 'the first who looks after it stays');
    const query = { acknowledged: 'false' as const };
    const { items } = await replica.call(admin, 'listAlarms', { query });
    assert.deepEqual(
      items.map(({ subject }) => subject),
      ['ana@example.org'],
    );

    const source = replica.events.topic('alarms');
    assert.equal(source?.permission, 'alarms:read');
    const loaded = await source?.load([mine.id, random.id()]);
    assert.deepEqual([...(loaded ?? [])], [[mine.id, { type: 'alarm', payload: acknowledged }]]);
  });

  it('are listed in pages, newest first, each once', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    for (let index = 0; index < 7; index += 1) {
      await replica.events.publish(bed.database.db, runFailed(`job ${index}`));
    }
    await bed.rounds();
    const subjects: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 3, ...(cursor === undefined ? {} : { cursor }) };
      const page = await replica.call(people.admin, 'listAlarms', { query });
      subjects.push(...page.items.map(({ subject }) => subject));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    assert.deepEqual(
      subjects,
      [6, 5, 4, 3, 2, 1, 0].map((index) => `job ${index}`),
    );
    await assert.rejects(
      replica.call(people.admin, 'listAlarms', { query: { cursor: 'bm90LWpzb24' } }),
      code('request.cursor'),
    );
  });
});
