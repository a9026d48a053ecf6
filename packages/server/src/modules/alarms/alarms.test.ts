import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { found } from '@dumont/contracts/findings';
import type { Metrics } from '../../kernel/metrics.ts';
import {
  createBed,
  eventRule,
  getRule,
  listAlarms,
  metricRule,
  people,
  projects,
  runFailed,
  startHook,
  switchOffBuiltInRules,
} from './alarms-test-kit.ts';

describe('a rule over a metric', () => {
  it('fires after its time, tells its targets once, and once more when it is over', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const hook = await startHook(t);
    const things = replica.metrics.gauge('things', 'Things');
    const { id } = await replica.call(people.admin, 'createAlarmRule', {
      body: {
        ...metricRule({ forSeconds: 10 }),
        severity: 'critical',
        notify: { webhooks: [hook.url], emails: [] },
      },
    });
    assert.equal((await getRule(replica, id)).state, 'unknown', 'before it was looked at');
    things.set(3);
    await bed.rounds();
    assert.deepEqual([(await getRule(replica, id)).state, (await getRule(replica, id)).lastValue], ['ok', 3]);

    things.set(12);
    await bed.rounds();
    const [pending] = await listAlarms(replica);
    assert.deepEqual([pending?.state, pending?.firedAt, pending?.notifications], ['pending', null, []]);
    assert.equal((await getRule(replica, id)).state, 'pending');

    await bed.rounds(4);
    const [firing] = await listAlarms(replica);
    assert.equal(firing?.id, pending?.id);
    assert.equal(firing?.state, 'firing');
    assert.equal(firing?.summary, 'things is 12 (> 10)');
    assert.equal(Date.parse(firing?.firedAt ?? '') - Date.parse(firing?.startedAt ?? ''), 10_000);
    assert.deepEqual(firing?.notifications, [
      {
        channel: 'webhook',
        target: `${new URL(hook.url).origin}/********`,
        state: 'sent',
        attempts: 1,
        error: null,
      },
    ]);

    things.set(2);
    await bed.rounds(3);
    const [resolved] = await listAlarms(replica);
    assert.equal(resolved?.state, 'resolved');
    assert.equal((await getRule(replica, id)).state, 'ok');
    assert.deepEqual(
      hook.received.map(({ type, text, alarm, link }) => [
        type,
        text,
        alarm.value,
        alarm.resolvedAt !== null,
        link,
      ]),
      [
        [
          'alarm.firing',
          '[Alarm] Too many: things is 12 (> 10)',
          12,
          false,
          'https://dumont.example.org/alarms',
        ],
        [
          'alarm.resolved',
          '[Resolved] Too many: things is 12 (> 10)',
          12,
          true,
          'https://dumont.example.org/alarms',
        ],
      ],
    );
    assert.equal(new Set(hook.received.map(({ deliveryId }) => deliveryId)).size, 2);
    const events = (await replica.events.readAfter(0, 100)).filter(({ topic }) => topic === 'alarms');
    assert.deepEqual(
      events.map(({ name, entityId }) => [name, entityId]),
      [
        ['alarm.firing', firing?.id],
        ['alarm.resolved', firing?.id],
      ],
    );
  });

  it('leaves no trace when it held too short a time', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const hook = await startHook(t);
    const things = replica.metrics.gauge('things', 'Things');
    await replica.call(people.admin, 'createAlarmRule', {
      body: { ...metricRule({ forSeconds: 10 }), notify: { webhooks: [hook.url], emails: [] } },
    });
    things.set(12);
    await bed.rounds(2);
    things.set(1);
    await bed.rounds();
    things.set(12);
    await bed.rounds(2);
    assert.deepEqual(
      (await listAlarms(replica)).map(({ state }) => state),
      ['pending'],
    );
    assert.deepEqual(hook.received, []);
  });

  it('is unknown, never ok, when its metric is gone, and goes on firing', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    replica.metrics.gauge('things', 'Things').set(12);
    const { id } = await replica.call(people.admin, 'createAlarmRule', { body: metricRule() });
    await bed.rounds();
    assert.equal((await getRule(replica, id)).state, 'firing');
    replica.metrics.registry.removeSingleMetric('things');
    await bed.rounds(2);
    assert.deepEqual(
      [(await getRule(replica, id)).state, (await getRule(replica, id)).lastValue],
      ['unknown', null],
    );
    assert.equal((await listAlarms(replica))[0]?.state, 'firing');
    replica.metrics.gauge('things', 'Things').set(1);
    await bed.rounds();
    assert.equal((await getRule(replica, id)).state, 'ok');
    assert.equal((await listAlarms(replica))[0]?.state, 'resolved');
  });

  it('over a rate fires on the increase per second, not on the height', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const errors = replica.metrics.counter('errors', 'Errors', ['kind']);
    errors.inc({ kind: 'old' }, 1_000_000);
    const rule = metricRule({ metric: 'errors', reading: 'rate', threshold: 1 });
    const { id } = await replica.call(people.admin, 'createAlarmRule', { body: rule });
    await bed.rounds(2);
    assert.deepEqual([(await getRule(replica, id)).state, (await getRule(replica, id)).lastValue], ['ok', 0]);
    errors.inc({ kind: 'new' }, 20);
    await bed.rounds();
    assert.equal((await getRule(replica, id)).lastValue, 4);
    assert.equal((await listAlarms(replica))[0]?.summary, 'errors is 4 a second (> 1)');
    await bed.rounds();
    assert.equal((await listAlarms(replica))[0]?.state, 'resolved');
  });

  it('does not count the time in which no replica looked', async () => {
    await using bed = await createBed();
    const measure = (metrics: Metrics): void => metrics.gauge('things', 'Things').set(12);
    const { id } = await (async () => {
      await using replica = await bed.startReplica({ measure });
      const rule = await replica.call(people.admin, 'createAlarmRule', {
        body: metricRule({ forSeconds: 300 }),
      });
      await bed.rounds();
      return rule;
    })();
    bed.clock.advance(3_600_000);
    await using replica = await bed.startReplica({ measure });
    await bed.rounds(2);
    assert.equal((await getRule(replica, id)).state, 'pending');
    await bed.rounds(60);
    assert.equal((await getRule(replica, id)).state, 'firing');
  });
});

describe('a rule over an event', () => {
  it('fires once for each subject, and resolves when it has not happened again for its time', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    const hook = await startHook(t);
    await replica.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule(), notify: { webhooks: [hook.url], emails: [] } },
    });
    for (const subject of ['nightly', 'nightly', 'hourly']) {
      await replica.events.publish(bed.database.db, runFailed(subject));
    }
    await bed.rounds(2);
    assert.deepEqual(
      (await listAlarms(replica)).map(({ state, subject }) => [state, subject]),
      [
        ['firing', 'hourly'],
        ['firing', 'nightly'],
      ],
    );
    assert.equal(hook.received.length, 2);

    await bed.rounds(9);
    await replica.events.publish(bed.database.db, runFailed('nightly'));
    await bed.rounds(3);
    assert.deepEqual(
      (await listAlarms(replica)).map(({ state, subject }) => [state, subject]),
      [
        ['resolved', 'hourly'],
        ['firing', 'nightly'],
      ],
    );
    assert.deepEqual(
      hook.received.map(({ type, alarm }) => [type, alarm.subject]),
      [
        ['alarm.firing', 'nightly'],
        ['alarm.firing', 'hourly'],
        ['alarm.resolved', 'hourly'],
      ],
    );
  });

  it('that asks for reminders tells again while it goes on, with what is said of it then', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    const hook = await startHook(t);
    await replica.call(people.admin, 'createAlarmRule', {
      body: {
        ...eventRule({ event: 'machine.hibernate_failed', resolveAfterSeconds: 600, remindAfterSeconds: 60 }),
        notify: { webhooks: [hook.url], emails: [] },
      },
    });
    const why = { code: 'machine.snapshot_unverified', params: {} };
    const fail = (dollars: number) =>
      replica.events.publish(bed.database.db, {
        ...runFailed('box'),
        name: 'machine.hibernate_failed',
        findings: [why, found('machine.goes_on_costing', { dollars })],
      });
    const told = (): string[] => hook.received.map(({ alarm }) => alarm.summary);
    const text = (dollars: number): string =>
      `A machine could not be put to sleep and goes on costing: box: The snapshot failed, or is gone. Nothing was destroyed. It goes on costing $${dollars} an hour.`;

    await fail(0.413);
    await bed.rounds();
    // Too soon to be told again.
    await fail(0.45);
    await bed.rounds(10);
    assert.deepEqual(told(), [text(0.413)]);

    await bed.rounds(2);
    await fail(0.5);
    await bed.rounds(2);
    assert.deepEqual(told().slice(1), [text(0.5)]);
    const alarms = await listAlarms(replica);
    assert.deepEqual(
      alarms.map(({ state, summary }) => [state, summary]),
      [['firing', text(0.5)]],
      'one alarm, that goes on',
    );
    assert.deepEqual(
      alarms[0]?.findings.map(({ code, params }) => ({ code, params })),
      [
        found('alarm.event', { event: found('event.machine.hibernate_failed'), subject: 'box' }),
        why,
        found('machine.goes_on_costing', { dollars: 0.5 }),
      ],
      'without words as well, for clients that have their own',
    );
    assert.equal(alarms[0].findings[2]?.text, 'It goes on costing $0.5 an hour.');
  });

  it('of a project sees that project only, and with a subject only that', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    await replica.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule({ subject: 'nightly' }), projectId: projects.sales },
    });
    await replica.events.publish(bed.database.db, runFailed('nightly', projects.lab));
    await replica.events.publish(bed.database.db, runFailed('hourly', projects.sales));
    await bed.rounds();
    assert.deepEqual(await listAlarms(replica), []);
    await replica.events.publish(bed.database.db, runFailed('nightly', projects.sales));
    await bed.rounds();
    assert.equal((await listAlarms(replica)).length, 1);
  });

  it('does not fire for what happened before the rule was there', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    await replica.events.publish(bed.database.db, runFailed('nightly'));
    bed.clock.advance(1);
    await replica.call(people.admin, 'createAlarmRule', { body: eventRule() });
    await bed.rounds();
    assert.deepEqual(await listAlarms(replica), []);
  });

  it('misses nothing that happened while no replica looked, and handles nothing twice', async () => {
    await using bed = await createBed();
    {
      await using replica = await bed.startReplica();
      await switchOffBuiltInRules(bed);
      await replica.call(people.admin, 'createAlarmRule', {
        body: eventRule({ resolveAfterSeconds: 604_800 }),
      });
      await replica.events.publish(bed.database.db, runFailed('seen'));
      await bed.rounds();
      await bed.database.db
        .updateTable('alarms')
        .set({ state: 'resolved', resolved_at: bed.clock.now() })
        .execute();
      await replica.events.publish(bed.database.db, runFailed('unseen'));
    }
    await using replica = await bed.startReplica();
    await bed.rounds(2);
    assert.deepEqual(
      (await listAlarms(replica)).map(({ subject }) => subject),
      ['unseen', 'seen'],
    );
  });

  it('waits for an event whose transaction is still open, and goes on when it was rolled back', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    await replica.call(people.admin, 'createAlarmRule', { body: eventRule({ resolveAfterSeconds: 3600 }) });
    const open = await bed.database.db.startTransaction().execute();
    await replica.events.publish(open, runFailed('slow'));
    await replica.events.publish(bed.database.db, runFailed('quick'));
    await bed.rounds();
    assert.deepEqual(await listAlarms(replica), [], 'handling the later one first would lose the earlier');
    await open.commit().execute();
    await bed.rounds();
    assert.deepEqual(
      (await listAlarms(replica)).map(({ subject }) => subject),
      ['quick', 'slow'],
    );

    const undone = await bed.database.db.startTransaction().execute();
    await replica.events.publish(undone, runFailed('undone'));
    await undone.rollback().execute();
    await replica.events.publish(bed.database.db, runFailed('after'));
    await bed.rounds(8);
    assert.deepEqual(
      (await listAlarms(replica)).map(({ subject }) => subject),
      ['after', 'quick', 'slow'],
    );
  });

  it('collects what exceeds a hundred subjects in one alarm', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    await replica.call(people.admin, 'createAlarmRule', { body: eventRule() });
    await bed.database.db.transaction().execute(async (tx) => {
      for (let index = 0; index < 150; index += 1)
        await replica.events.publish(tx, runFailed(`job ${index}`));
    });
    await bed.rounds();
    const { items } = await replica.call(people.admin, 'listAlarms', { query: { limit: 200 } });
    assert.equal(items.length, 101);
    assert.deepEqual([items[0]?.subject, items[0]?.summary], [null, 'A run failed, for many at once']);
  });
});

describe('several replicas', () => {
  it('raise one alarm and tell once, and go on when the one that evaluates ends', async (t) => {
    await using bed = await createBed();
    const first = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    await using second = await bed.startReplica();
    const hook = await startHook(t);
    await first.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule(), notify: { webhooks: [hook.url], emails: [] } },
    });
    await first.events.publish(bed.database.db, runFailed('one'));
    await bed.rounds(2);
    await first[Symbol.asyncDispose]();
    // The poll of the other takes the evaluation over.
    bed.clock.advance(5000);
    await second.events.publish(bed.database.db, runFailed('two'));
    await bed.rounds(2);
    assert.deepEqual(
      hook.received.map(({ alarm }) => alarm.subject),
      ['one', 'two'],
    );
  });
});
