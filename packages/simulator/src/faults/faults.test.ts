import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed, type Bed } from '../../test/vast-bed.ts';
import { createFaults, faultProfiles, type FaultName, type Faults } from './index.ts';

/** The bed and its faults know each other. */
const openFaultyBed = (seed = 7, profile = 'none'): Bed & { readonly faults: Faults } => {
  const late: { faults?: Faults } = {};
  const bed = openVastBed({
    seed,
    faults: { around: (request, route, serve) => late.faults?.around(request, route, serve) ?? serve() },
  });
  const plan = faultProfiles[profile];
  assert.ok(plan !== undefined);
  late.faults = createFaults({ seed, cloud: bed.cloud, plan });
  return { ...bed, faults: late.faults };
};

const create = (bed: Bed) => {
  const askId = Number(bed.asks({ rentable: { eq: true } })[0]?.['id']);
  return bed.answer('PUT', `/api/v0/asks/${askId}/`, { image: 'x', disk: 20, label: 'mine' });
};

test('a reply that is lost after the effect leaves a machine that only the list knows', () => {
  const bed = openFaultyBed();
  bed.faults.add({ fault: 'lost-after', endpoint: 'create', times: 1 });
  assert.equal(create(bed), 'lost');
  const { body } = bed.call('GET', '/api/v1/instances/');
  assert.deepEqual(body['label_counts'], { mine: 1 });
  assert.notEqual(create(bed), 'lost');
});

test('what is lost or fails before the effect did nothing', () => {
  for (const fault of ['lost-before', 'server-error', 'too-many', 'unavailable', 'auth-flap'] as const) {
    const bed = openFaultyBed();
    bed.faults.add({ fault, endpoint: 'create', times: 1 });
    const answer = create(bed);
    const expected = {
      'lost-before': 0,
      'server-error': 500,
      'too-many': 429,
      unavailable: 410,
      'auth-flap': 401,
    };
    if (answer === 'lost') assert.equal(fault, 'lost-before');
    else if (fault === 'server-error') assert.ok(answer.status >= 500);
    else assert.equal(answer.status, expected[fault]);
    assert.equal(bed.cloud.contracts().length, 0, fault);
  }
});

test('an error after the effect is an error, and the machine is there', () => {
  const bed = openFaultyBed();
  bed.faults.add({ fault: 'server-error-after', times: 1, endpoint: 'create' });
  const answer = create(bed);
  assert.ok(answer !== 'lost' && answer.status >= 500);
  assert.equal(bed.cloud.contracts().length, 1);
});

test('a duplicate effect makes two machines of one request, whatever its interval', () => {
  const bed = openFaultyBed();
  bed.faults.add({ fault: 'duplicate', endpoint: 'create', times: 1 });
  create(bed);
  assert.equal(bed.cloud.contracts().length, 2);
});

test('a list may be empty, partial or of before, with nothing that says so', () => {
  const bed = openFaultyBed();
  for (let index = 0; index < 12; index++) {
    create(bed);
    bed.advance(1);
  }
  const list = () => bed.call('GET', '/api/v1/instances/').body;
  const count = (): unknown[] => {
    const body = list();
    return [(body['instances'] as unknown[]).length, body['total_instances'], body['instances_found']];
  };
  assert.deepEqual(count(), [12, 12, 12]);
  bed.faults.add({ fault: 'empty-list', endpoint: 'list', times: 1 });
  assert.deepEqual(count(), [0, 0, 0]);
  bed.faults.add({ fault: 'partial-list', endpoint: 'list', times: 1 });
  const [some, total] = count();
  assert.ok(Number(some) > 0 && Number(some) < 12);
  assert.equal(some, total);
  create(bed);
  bed.faults.add({ fault: 'stale-list', endpoint: 'list', times: 1 });
  assert.deepEqual(count(), [12, 12, 12]);
  assert.deepEqual(count(), [13, 13, 13]);
});

test('prices move between a search and a create', () => {
  const bed = openFaultyBed();
  const prices = () => new Map(bed.asks().map((ask) => [ask['id'], ask['dph_base']]));
  bed.faults.add({ fault: 'price-change', endpoint: 'search', times: 1 });
  const before = prices();
  const after = prices();
  const moved = [...before].filter(([id, price]) => after.get(id) !== price);
  assert.ok(moved.length > 2, `${moved.length} prices moved`);
});

test('in a blackout the whole provider is away, and then it is back', () => {
  const bed = openFaultyBed();
  const id = bed.rent();
  bed.faults.add({ fault: 'blackout', untilMs: bed.now() + 60_000 });
  for (let second = 0; second < 60; second++) {
    const answer = bed.answer('GET', `/api/v0/instances/${id}/`);
    assert.ok(answer === 'lost' || answer.status >= 500);
    bed.advance(1);
  }
  assert.equal(bed.instance(id)['id'], id);
});

test('a fault that has nothing to change at an endpoint waits for one where it has', () => {
  const bed = openFaultyBed();
  bed.faults.add({ fault: 'unavailable', times: 1 });
  assert.equal(bed.call('GET', '/api/v1/instances/').status, 200);
  const answer = create(bed);
  assert.ok(answer !== 'lost' && answer.status === 410);
});

const meet = (seed: number): readonly (readonly [number | 'lost', number])[] => {
  const bed = openFaultyBed(seed, 'hostile');
  return Array.from({ length: 400 }, () => {
    bed.advance(7);
    const answer = bed.answer('GET', '/api/v1/instances/');
    return [answer === 'lost' ? answer : answer.status, bed.cloud.traceHash] as const;
  });
};

test('one seed meets one sequence of faults, another seed another', () => {
  assert.deepEqual(meet(3), meet(3));
  assert.notDeepEqual(meet(3), meet(4));
});

test('by chance every fault of a hostile plan comes, and after its end none', () => {
  const bed = openFaultyBed(11, 'hostile');
  for (let index = 0; index < 1500; index++) {
    bed.advance(3);
    bed.answer('POST', '/api/v0/bundles/', { limit: 5 });
    bed.answer('GET', '/api/v1/instances/');
    bed.answer('PUT', '/api/v0/asks/1/', { image: 'x' });
  }
  const { 'stale-list': _stale, ...rest } = Object.fromEntries(
    faultProfiles['hostile']?.rates.map(({ fault }) => [fault, true]) ?? [],
  );
  for (const name of [...Object.keys(rest), 'blackout'])
    assert.ok((bed.faults.counts()[name as FaultName] ?? 0) > 0, name);
  bed.faults.setPlan({
    ...faultProfiles['hostile'],
    rates: faultProfiles['hostile']?.rates ?? [],
    untilMs: bed.now(),
  });
  for (let index = 0; index < 300; index++) {
    bed.advance(30);
    assert.equal(bed.call('GET', '/api/v1/instances/').status, 200);
  }
});
