import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AlarmRule } from '@dumont/contracts/alarms/alarms';
import { builtInRuleTexts, type BuiltInRuleKey } from '@dumont/contracts/alarms/built-in-rules';
import { createLogger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { createRequestMinutes, timeBoundsSeconds } from '../../kernel/traffic/request-minutes.ts';
import { createServiceLevels } from '../../kernel/traffic/service-levels.ts';
import { createTrafficStore, readTraffic } from '../../kernel/traffic/traffic-store.ts';
import { createBed, listAlarms, people, type Bed, type Replica } from './alarms-test-kit.ts';

const roundSeconds = 5;

const stateOf = async (replica: Replica, key: BuiltInRuleKey): Promise<AlarmRule['state']> => {
  const { items } = await replica.call(people.admin, 'listAlarmRules', { query: {} });
  const rule = items.find(({ name }) => name === builtInRuleTexts[key].name);
  assert.ok(rule, `no rule ${key}`);
  return rule.state;
};

const summaryOf = async (replica: Replica, key: BuiltInRuleKey): Promise<string | undefined> =>
  (await listAlarms(replica)).find(({ ruleName }) => ruleName === builtInRuleTexts[key].name)?.summary;

/** Makes what is known so much older: quicker than to evaluate all that time, which changes nothing in between. */
const age = async (bed: Bed, seconds: number): Promise<void> => {
  await bed.database.pool.query(
    `with aged as (update app.request_minutes set at = at - make_interval(secs => $1))
     update app.alarms set started_at = started_at - make_interval(secs => $1)`,
    [seconds],
  );
};

/** A value at the threshold is fine; one beyond it fires after its time and not before, and resolves. */
const watchGauge = async (options: {
  key: BuiltInRuleKey;
  metric: string;
  fine: number;
  bad: number;
  forSeconds: number;
}): Promise<void> => {
  const { key, metric, fine, bad, forSeconds } = options;
  await using bed = await createBed();
  await using replica = await bed.startReplica();
  const gauge = replica.metrics.gauge(metric, 'As the server has it');
  gauge.set(fine);
  await bed.rounds();
  assert.equal(await stateOf(replica, key), 'ok');
  gauge.set(bad);
  await bed.rounds();
  await age(bed, forSeconds - 2 * roundSeconds);
  await bed.rounds();
  assert.equal(await stateOf(replica, key), 'pending', 'it must hold longer');
  await bed.rounds();
  assert.equal(await stateOf(replica, key), 'firing');
  gauge.set(fine);
  await bed.rounds();
  assert.equal(await stateOf(replica, key), 'ok');
};

describe('the built-in rules about a host', () => {
  it('tell of processors that are busy for five minutes', () =>
    watchGauge({ key: 'cpu-busy', metric: 'dumont_cpu_busy_ratio', fine: 0.9, bad: 0.95, forSeconds: 300 }));

  it('tell of memory that is nearly used up', () =>
    watchGauge({
      key: 'memory-short',
      metric: 'dumont_memory_used_ratio',
      fine: 0.9,
      bad: 0.91,
      forSeconds: 120,
    }));

  it('tell of connections to the database that run out', () =>
    watchGauge({
      key: 'database-connections',
      metric: 'dumont_database_connections_ratio',
      fine: 0.8,
      bad: 0.81,
      forSeconds: 60,
    }));

  it('tell of a service behind the gateway that is down, and which', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const up = replica.metrics.gauge('dumont_gateway_upstream_up', 'As the gateway has it', [
      'route',
      'upstream',
    ]);
    up.set({ route: 'Menu', upstream: 'http://a' }, 1);
    up.set({ route: 'Orders', upstream: 'http://b' }, 1);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'gateway-upstream-down'), 'ok');
    up.set({ route: 'Orders', upstream: 'http://b' }, 0);
    await bed.rounds(7);
    assert.equal(await stateOf(replica, 'gateway-upstream-down'), 'firing');
    assert.equal(
      await summaryOf(replica, 'gateway-upstream-down'),
      'Services behind the gateway that answer {route="Orders", upstream="http://b"} is 0 (< 1)',
    );
    up.set({ route: 'Orders', upstream: 'http://b' }, 1);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'gateway-upstream-down'), 'ok');
  });

  it('tell of the one thread of the gateway that has no time left, not of several at the limit', async () => {
    await using bed = await createBed();
    await using replica = await bed.startReplica();
    const busy = replica.metrics.counter('dumont_gateway_busy_seconds_total', 'As the gateway has it', [
      'thread',
    ]);
    const work = async (...seconds: readonly number[]): Promise<void> => {
      for (const [index, each] of seconds.entries()) busy.inc({ thread: String(index + 1) }, each);
      await bed.rounds();
    };
    await work(0, 0);
    await work(4, 4);
    await work(4, 4);
    assert.equal(await stateOf(replica, 'gateway-thread-busy'), 'ok', 'each for 80 % of its time');
    await work(1, 4.5);
    assert.equal(await stateOf(replica, 'gateway-thread-busy'), 'pending');
    await age(bed, 290);
    await work(1, 4.5);
    assert.equal(await stateOf(replica, 'gateway-thread-busy'), 'pending', 'it must hold longer');
    await work(1, 4.5);
    assert.equal(await stateOf(replica, 'gateway-thread-busy'), 'firing');
    assert.equal(
      await summaryOf(replica, 'gateway-thread-busy'),
      'Time for which a thread of the gateway is busy (s) {thread="2"} is 0.9 a second (> 0.8)',
    );
    await work(1, 1);
    assert.equal(await stateOf(replica, 'gateway-thread-busy'), 'ok');
  });
});

/** What other replicas have answered is in the same rows, so this one only needs to read them. */
const measureRequests = (bed: Bed) => {
  const minutes = createRequestMinutes(bed.clock);
  const store = createTrafficStore(bed.database.db);
  return {
    measure: (metrics: Metrics): void => {
      const levels = createServiceLevels({ metrics, clock: bed.clock, log: createLogger('silent') });
      levels.add('api', timeBoundsSeconds, () =>
        readTraffic(bed.database.db, 'request_minutes', timeBoundsSeconds.length + 1, bed.clock.now()),
      );
    },
    answer: async (status: number, seconds: number, count: number): Promise<void> => {
      for (let index = 0; index < count; index += 1) minutes.add(status, seconds);
      await store.addRequests(minutes.take());
    },
  };
};

describe('the built-in rules about requests', () => {
  it('tell of errors above one in twenty, whoever answered them, and calm down when they are over', async () => {
    await using bed = await createBed();
    const { measure, answer } = measureRequests(bed);
    await using replica = await bed.startReplica({ measure });
    await answer(200, 0.01, 95);
    await answer(500, 0.01, 5);
    await answer(404, 0.01, 20);
    await bed.rounds(14);
    assert.equal(await stateOf(replica, 'error-rate'), 'ok', '5 of 120');
    await answer(502, 0.01, 10);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'error-rate'), 'pending');
    await bed.rounds(12);
    assert.equal(await stateOf(replica, 'error-rate'), 'firing');
    assert.equal(
      await summaryOf(replica, 'error-rate'),
      'Share of requests that fail {service="api"} is 0.115385 (> 0.05)',
    );
    await age(bed, 240);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'error-rate'), 'ok', 'five minutes later');
  });

  it('say nothing of a handful of errors in a quiet night', async () => {
    await using bed = await createBed();
    const { measure, answer } = measureRequests(bed);
    await using replica = await bed.startReplica({ measure });
    await answer(500, 0.01, 4);
    await bed.rounds(14);
    for (const key of ['error-rate', 'budget-burns-fast', 'budget-burns'] as const)
      assert.equal(await stateOf(replica, key), 'ok', key);
  });

  it('tell of answers that take longer than two seconds', async () => {
    await using bed = await createBed();
    const { measure, answer } = measureRequests(bed);
    await using replica = await bed.startReplica({ measure });
    await answer(200, 0.02, 90);
    await answer(200, 2, 10);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'response-time'), 'ok', 'two seconds are allowed');
    await answer(200, 2.4, 20);
    await bed.rounds();
    await age(bed, 240);
    await answer(200, 2.4, 20);
    await bed.rounds(11);
    assert.equal(await stateOf(replica, 'response-time'), 'pending');
    await bed.rounds();
    assert.equal(await stateOf(replica, 'response-time'), 'firing');
    assert.equal(
      await summaryOf(replica, 'response-time'),
      'Time to answer of 95 % of requests (s) {service="api"} is 5 (> 2)',
    );
  });

  it('tell at once of an error budget that burns fast, as long as it still burns', async () => {
    await using bed = await createBed();
    const { measure, answer } = measureRequests(bed);
    await using replica = await bed.startReplica({ measure });
    // 1.5 % of the last hour is 15 times what 99.9 % allows.
    await answer(200, 0.01, 985);
    await answer(503, 0.01, 15);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'budget-burns-fast'), 'firing');
    assert.equal(
      await summaryOf(replica, 'budget-burns-fast'),
      'Pace of the error budget {windows="1h/5m", service="api"} is 15 (> 14.4)',
    );
    await age(bed, 300);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'budget-burns-fast'), 'ok', 'the last five minutes are fine');
    assert.equal(await stateOf(replica, 'budget-burns'), 'firing', 'the last thirty are not');
  });

  it('tell of an error budget that burns slowly, and not of what six hours can bear', async () => {
    await using bed = await createBed();
    const { measure, answer } = measureRequests(bed);
    await using replica = await bed.startReplica({ measure });
    await answer(200, 0.01, 2000);
    await answer(500, 0.01, 10);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'budget-burns'), 'ok', 'five times as many as allowed');
    await answer(500, 0.01, 4);
    await bed.rounds();
    assert.equal(await stateOf(replica, 'budget-burns'), 'firing', 'seven times');
    assert.equal(await stateOf(replica, 'budget-burns-fast'), 'ok');
  });
});

describe('rules over metrics of several replicas', () => {
  it('see what any of them measures, and say where', async () => {
    await using bed = await createBed();
    await using first = await bed.startReplica();
    await using second = await bed.startReplica();
    const [mine, other] = [first, second].map(({ metrics }) =>
      metrics.gauge('dumont_memory_used_ratio', 'As the server has it'),
    );
    mine?.set(0.2);
    other?.set(0.95);
    await bed.rounds(26);
    assert.equal(await stateOf(first, 'memory-short'), 'firing');
    assert.match(
      (await summaryOf(first, 'memory-short')) ?? '',
      /^Used memory \{replica="\S+ \w{6}"\} is 0\.95 \(> 0\.9\)$/,
    );
  });

  it('add counters of all of them up, and do not take one that ends for one that counts backwards', async () => {
    await using bed = await createBed();
    await using first = await bed.startReplica();
    const second = await bed.startReplica();
    const body = {
      name: 'Errors',
      condition: { type: 'metric', metric: 'errors', reading: 'rate', operator: '>', threshold: 1 } as const,
    };
    const counters = [first, second].map(({ metrics }) => metrics.counter('errors', 'Errors'));
    const { id } = await first.call(people.admin, 'createAlarmRule', { body });
    const value = async () =>
      (await first.call(people.admin, 'listAlarmRules', { query: {} })).items.find((one) => one.id === id)
        ?.lastValue;
    await bed.rounds(3);
    assert.equal(await value(), 0);
    // What the other tells is as old as a round at most, and which of its rounds is read is chance: all are alike.
    for (let round = 0; round < 5; round += 1) {
      for (const counter of counters) counter.inc(10);
      await bed.rounds();
    }
    assert.equal(await value(), 4);
    await second[Symbol.asyncDispose]();
    await bed.rounds(2);
    assert.equal(await value(), 0);
  });

  it('are told once of what the whole installation has in common', async () => {
    await using bed = await createBed();
    const measure = (metrics: Metrics): void => metrics.readGauge('shared', 'Shared', async () => 7);
    await using first = await bed.startReplica({ measure });
    await using second = await bed.startReplica({ measure });
    const { id } = await second.call(people.admin, 'createAlarmRule', {
      body: { name: 'Shared', condition: { type: 'metric', metric: 'shared', operator: '>', threshold: 10 } },
    });
    await bed.rounds(3);
    const { items } = await first.call(people.admin, 'listAlarmRules', { query: {} });
    assert.equal(items.find((rule) => rule.id === id)?.lastValue, 7);
  });
});
