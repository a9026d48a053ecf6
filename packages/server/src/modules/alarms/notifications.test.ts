import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { SMTPServer } from 'smtp-server';
import {
  createBed,
  eventRule,
  listAlarms,
  people,
  runFailed,
  startHook,
  switchOffBuiltInRules,
} from './alarms-test-kit.ts';

describe('notifications', () => {
  it('are tried again with growing pauses, the resolution never before the alarm', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    const hook = await startHook(t);
    hook.status = 503;
    await replica.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule({ resolveAfterSeconds: 5 }), notify: { webhooks: [hook.url], emails: [] } },
    });
    await replica.events.publish(bed.database.db, runFailed('nightly'));
    await bed.rounds(10);
    const [alarm] = await listAlarms(replica);
    assert.equal(alarm?.state, 'resolved');
    assert.deepEqual(
      alarm.notifications.map(({ state, error }) => [state, error?.text ?? null]),
      [
        ['waiting', 'The target answered 503.'],
        ['waiting', null],
      ],
    );
    assert.ok(hook.received.length > 1 && hook.received.length < 5, String(hook.received.length));
    hook.status = 204;
    await bed.rounds(20);
    const types = hook.received.map(({ type }) => type);
    assert.deepEqual(
      [new Set(types.slice(0, -1)), types.at(-1)],
      [new Set(['alarm.firing']), 'alarm.resolved'],
    );
    assert.equal(new Set(hook.received.map(({ deliveryId }) => deliveryId)).size, 2);
  });

  it('end at once, with the reason, where the target refuses them or may not be called', async (t) => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    await switchOffBuiltInRules(bed);
    const hook = await startHook(t);
    hook.status = 404;
    const { id } = await replica.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule(), notify: { webhooks: [hook.url], emails: ['ops@example.org'] } },
    });
    // A name that was public when the rule was saved, and is not any more.
    await bed.database.db
      .updateTable('alarm_rules')
      .set({ webhooks: [hook.url, 'http://10.0.0.1/'] })
      .where('id', '=', id)
      .execute();
    await replica.events.publish(bed.database.db, runFailed('nightly'));
    await bed.rounds(2);
    const [alarm] = await listAlarms(replica);
    const found = alarm?.notifications.map(({ target, state, error }) => [
      target,
      state,
      error?.text ?? null,
    ]);
    assert.deepEqual(found, [
      [`${new URL(hook.url).origin}/********`, 'failed', 'The target answered 404.'],
      [
        'http://10.0.0.1/********',
        'failed',
        'http://10.0.0.1 may not be called from here: its address is not on the public internet (private), and DUMONT_OUTBOUND_ALLOW of the server does not list it.',
      ],
      ['ops@example.org', 'failed', 'Mail is not configured. Set DUMONT_SMTP_URL.'],
    ]);
  });

  it('go out by mail, and the alarm says so', async (t) => {
    const subjects: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, _session, done) => {
        let source = '';
        stream.setEncoding('utf8').on('data', (chunk: string) => (source += chunk));
        stream.on('end', () => {
          subjects.push(/^Subject: (.*)$/m.exec(source)?.[1]?.trim() ?? '');
          done();
        });
      },
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    t.after(() => new Promise<void>((resolve) => server.close(resolve)));
    await using bed = await createBed();
    const { port } = server.server.address() as AddressInfo;
    await using replica = await bed.startReplica({ smtpUrl: `smtp://127.0.0.1:${port}` });
    await switchOffBuiltInRules(bed);
    const rule = await replica.call(people.admin, 'createAlarmRule', {
      body: { ...eventRule(), notify: { webhooks: [], emails: ['ops@example.org'] } },
    });
    await replica.events.publish(bed.database.db, runFailed('nightly'));
    await bed.rounds(2);
    assert.deepEqual(subjects, ['[Alarm] It failed: A run failed: nightly']);
    assert.deepEqual((await listAlarms(replica))[0]?.notifications, [
      { channel: 'mail', target: 'ops@example.org', state: 'sent', attempts: 1, error: null },
    ]);
    const { results } = await replica.call(people.admin, 'testAlarmRule', { params: { id: rule.id } });
    assert.deepEqual(
      results.map(({ channel, ok }) => [channel, ok]),
      [['mail', true]],
    );
    assert.match(subjects[1] ?? '', /^\[Test of an alarm rule\] It failed: This is a test/);
    await bed.rounds(14);
    assert.deepEqual(subjects.slice(2), ['[Resolved] It failed: A run failed: nightly: not seen again']);
  });
});
