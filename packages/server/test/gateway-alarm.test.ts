import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alarm } from '@dumont/contracts/alarms/alarms';
import { builtInRuleTexts } from '@dumont/contracts/alarms/built-in-rules';
import { startHook } from '../src/modules/alarms/alarms-test-kit.ts';
import { startUpstream } from '../src/modules/gateway/plane-test-kit.ts';
import { createMovedClock } from './moved-clock.ts';
import { createTestApp } from './test-app.ts';
import { waitFor } from './wait.ts';

test('a service that fails behind the gateway raises an alarm, which is told, acknowledged and over when the service is well', async (t) => {
  const clock = createMovedClock();
  await using app = await createTestApp({ clock, environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } });
  let isBroken = true;
  await using service = await startUpstream((_request, response) =>
    response.writeHead(isBroken ? 500 : 200).end(),
  );
  const hook = await startHook(t);
  const { client } = app.admin;

  const route = {
    name: 'Menu',
    path: '/menu/{proxy+}',
    upstreams: [{ url: service.url }],
    circuitBreaker: null,
  };
  await client.createGatewayRoute({ body: { route } });
  const get = async (): Promise<number> => (await fetch(`${app.gatewayUrl}/menu/today`)).status;
  await waitFor('the route', async () => (await get()) === 500);

  const { items: rules } = await client.listAlarmRules({ query: {} });
  const rule = rules.find(({ name }) => name === builtInRuleTexts['error-rate'].name);
  assert.ok(rule);
  await client.updateAlarmRule({
    params: { id: rule.id },
    body: { notify: { webhooks: [hook.url], emails: [] } },
  });
  const alarm = async (state: Alarm['state']): Promise<Alarm> =>
    waitFor(`an alarm that is ${state}`, async () => {
      const { items } = await client.listAlarms({ query: {} });
      return items.find((one) => one.ruleId === rule.id && one.state === state);
    });

  for (let count = 0; count < 20; count += 1) await get();
  const { id } = await alarm('pending');
  assert.deepEqual(hook.received, [], 'it may be over in a moment');
  // By small steps: rules are evaluated in between, and nothing that is leased is lost.
  for (let seconds = 0; seconds < 70; seconds += 5) {
    clock.move(5000);
    await clock.sleep(50);
  }
  const firing = await alarm('firing');
  assert.equal(firing.id, id);
  assert.match(
    firing.summary,
    /^Share of requests that fail \{service="gateway"\} is (1|0\.\d+) \(> 0\.05\)$/,
  );
  const told = await waitFor('the webhook', () => hook.received[0]);
  assert.deepEqual([told.type, told.alarm.id, told.alarm.summary], ['alarm.firing', id, firing.summary]);

  const acknowledged = await client.acknowledgeAlarm({
    params: { id },
    body: { note: 'the menu is restarted' },
  });
  assert.deepEqual(
    [acknowledged.state, acknowledged.acknowledgedBy?.id, acknowledged.note],
    ['firing', app.admin.id, 'the menu is restarted'],
  );

  isBroken = false;
  assert.equal(await get(), 200);
  for (let minutes = 0; minutes < 6; minutes += 0.5) {
    clock.move(30_000);
    await clock.sleep(20);
  }
  const resolved = await alarm('resolved');
  assert.equal(resolved.id, id);
  const over = await waitFor('the second webhook', () => hook.received[1]);
  assert.deepEqual([over.type, over.alarm.id], ['alarm.resolved', id]);
  assert.equal(resolved.note, 'the menu is restarted', 'the history says who looked after it');
});

test('what is measured says how requests are answered, what the database has left, and how busy the host is', async () => {
  await using app = await createTestApp({ environment: { DUMONT_OUTBOUND_ALLOW: '127.0.0.1' } });
  await using service = await startUpstream();
  const body = { route: { name: 'Menu', path: '/menu/{proxy+}', upstreams: [{ url: service.url }] } };
  await app.admin.client.createGatewayRoute({ body });
  await waitFor('the route', async () => (await fetch(`${app.gatewayUrl}/menu/x`)).status === 200);
  const { items: rules } = await app.admin.client.listAlarmRules({ query: {} });
  const page = await waitFor('the figures of the host', async () => {
    const text = await (await app.request('/metrics', { token: app.admin.token })).text();
    return /^dumont_cpu_busy_ratio [\d.e-]+$/m.test(text) && text;
  });
  const valueOf = (series: string): number => {
    const line = page.split('\n').find((one) => one.startsWith(`${series} `));
    assert.ok(line, `${series} is not measured`);
    return Number(line.slice(series.length + 1));
  };
  assert.ok(valueOf('dumont_cpu_busy_ratio') <= 1);
  const memory = valueOf('dumont_memory_used_ratio');
  assert.ok(memory > 0 && memory < 1, String(memory));
  const connections = valueOf('dumont_database_connections_ratio');
  assert.ok(connections > 0 && connections < 1, String(connections));
  assert.equal(valueOf('dumont_database_pool_limit'), 20);
  assert.ok(valueOf('dumont_database_pool_connections{state="idle"}') >= 0);
  assert.ok(valueOf('dumont_gateway_requests_total{route="Menu",path="/menu/{proxy+}",outcome="ok"}') >= 1);
  assert.equal(
    valueOf(`dumont_gateway_upstream_up{route="Menu",path="/menu/{proxy+}",upstream="${service.url}"}`),
    1,
  );
  assert.equal(valueOf('dumont_burn_rate{service="gateway",windows="1h/5m"}'), 0);

  const answered = await waitFor('what was answered to be told to the others', async () => {
    const { rows } = await app.database.pool.query<{ requests: number; buckets: number }>(
      `select sum(requests)::float8 as requests, sum(b)::float8 as buckets
       from app.request_minutes, lateral (select sum(unnest) as b from unnest(buckets)) as times`,
    );
    return (rows[0]?.requests ?? 0) > 0 && rows[0];
  });
  assert.equal(answered.buckets, answered.requests, 'each has its time');

  const names = new Set(
    (await app.admin.client.listAlarmRules({ query: {} })).metrics.map(({ name }) => name),
  );
  for (const { name, condition } of rules)
    if (condition.type === 'metric') assert.ok(names.has(condition.metric), `rule “${name}”`);
});
