import assert from 'node:assert/strict';
import { test } from 'node:test';
import { key, openVastBed, sshKey } from '../../test/vast-bed.ts';
import { includes, typesOf } from '../../test/wire-types.ts';

test('keys of the account go to its machines; keys of a machine are its own', () => {
  const bed = openVastBed();
  const early = bed.rent();
  const created = bed.call('POST', '/api/v0/ssh/', { ssh_key: sshKey }).body;
  includes(typesOf(created['key'] as Record<string, unknown>), {
    id: 'number',
    user_id: 'number',
    public_key: 'string',
    created_at: 'string',
    deleted_at: 'null',
  });
  const late = bed.rent();
  const keysOf = (id: number): unknown[] =>
    JSON.parse(String(bed.call('GET', `/api/v0/instances/${id}/ssh/`).body['ssh_keys'])) as unknown[];
  assert.deepEqual([keysOf(early).length, keysOf(late).length], [1, 1]);
  const other = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOther';
  assert.equal(bed.call('POST', `/api/v0/instances/${late}/ssh/`, { ssh_key: other }).body['success'], true);
  bed.boot(late);
  assert.equal(bed.cloud.probe(late, other).outcome, 'ok');
  const [, attached] = keysOf(late) as { id: number }[];
  assert.equal(bed.call('DELETE', `/api/v0/instances/${late}/ssh/${attached?.id}/`).body['success'], true);
  assert.equal(bed.cloud.probe(late, other).outcome, 'denied');
  assert.equal(bed.cloud.probe(late, sshKey).outcome, 'ok');
  assert.equal(bed.call('POST', '/api/v0/ssh/', { ssh_key: 'nonsense' }).body['error'], 'no_ssh_key');
  const [listed] = JSON.parse(bed.call('GET', '/api/v0/ssh').text) as { id: number; key: string }[];
  assert.equal(listed?.key, sshKey);
  assert.equal(bed.call('DELETE', `/api/v0/ssh/${listed?.id}/`).body['success'], true);
  const gone = bed.call('DELETE', `/api/v0/ssh/${listed?.id}/`);
  assert.deepEqual([gone.status, gone.body['error']], [400, 'no_ssh_key']);
});

test("a machine's own key stops and destroys that machine, and nothing else", () => {
  const bed = openVastBed();
  const askId = Number(bed.asks()[0]?.['id']);
  const created = bed.call('PUT', `/api/v0/asks/${askId}/`, { image: 'x', disk: 20 }).body;
  const id = Number(created['new_contract']);
  const own = String(created['instance_api_key']);
  const other = bed.rent();
  assert.equal(bed.call('GET', '/api/v1/instances/', undefined, own).status, 403);
  assert.equal(bed.call('DELETE', `/api/v0/instances/${other}/`, {}, own).status, 403);
  assert.equal(bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' }, own).body['success'], true);
  assert.equal(bed.call('DELETE', `/api/v0/instances/${id}/`, {}, own).body['success'], true);
  bed.advance(60);
  assert.equal(bed.call('GET', `/api/v0/instances/${id}/`, undefined, own).status, 404);
});

test('a key is needed, in the header or in the query', () => {
  const bed = openVastBed();
  const user = (url: string, token: string) => bed.call('GET', url, undefined, token);
  assert.equal(user('/api/v0/users/current', '').status, 401);
  const wrong = user('/api/v0/users/current/', 'wrong');
  assert.deepEqual(
    [wrong.status, wrong.body['error'], wrong.body['msg']],
    [404, 'auth_error', 'Invalid user key'],
  );
  assert.equal(user('/api/v1/instances/', 'wrong').status, 401);
  const { body } = user(`/api/v0/users/current/?api_key=${key}`, '');
  includes(typesOf(body), {
    id: 'number',
    username: 'string',
    credit: 'number',
    balance: 'number',
    balance_threshold: 'number',
  });
  assert.equal(body['credit'], 10_000);
});

test('charges come by contract within days, with what they are made of, also for machines that are gone', () => {
  const bed = openVastBed();
  const id = bed.rent({ label: 'mine' });
  bed.boot(id);
  bed.cloud.apply({ kind: 'traffic', contractId: id, downBytes: 79_100_000_000, upBytes: 1_900_000_000 });
  bed.advance(30 * 3600);
  bed.call('DELETE', `/api/v0/instances/${id}/`);
  bed.advance(60);
  const charges = (filters: object) =>
    bed.call('GET', `/api/v0/charges/?select_filters=${encodeURIComponent(JSON.stringify(filters))}`);
  const refused = charges({ day: { gte: 1 } });
  assert.equal(refused.status, 400);
  const { body } = charges({ day: { gte: 0, lte: 4_000_000_000 }, type: { in: ['instance'] } });
  includes(typesOf(body), {
    success: 'boolean',
    count: 'number',
    total: 'number',
    results: 'array',
    next_token: 'null',
  });
  const [row] = body['results'] as Record<string, unknown>[];
  includes(typesOf(row), {
    start: 'number',
    end: 'number',
    type: 'string',
    source: 'string',
    description: 'string',
    amount: 'number',
    metadata: 'object',
    items: 'array',
  });
  assert.deepEqual(row?.['metadata'], { label: 'mine' });
  const items = row?.['items'] as { amount: number }[];
  const sum = items.reduce((total, { amount }) => total + amount, 0);
  assert.ok(Math.abs(sum - Number(row?.['amount'])) < 1e-9);
  const today = Math.floor(bed.now() / 86_400_000) * 86_400;
  const days = [today - 86_400, today].map(
    (day) =>
      (charges({ day: { gte: day, lte: day + 86_399 } }).body['results'] as { amount: number }[])[0]
        ?.amount ?? 0,
  );
  assert.ok(Math.abs((days[0] ?? 0) + (days[1] ?? 0) - Number(row?.['amount'])) < 1e-9);
  assert.deepEqual(charges({ day: { gte: 0, lte: 4e9 }, type: { in: ['volume'] } }).body['results'], []);
  assert.equal((bed.call('GET', '/api/v1/invoices/').body['results'] as unknown[]).length, 1);
});

test('a price increase waits for its answer: accepted it counts from then on, refused it is gone', () => {
  const bed = openVastBed();
  const id = bed.rent();
  bed.boot(id);
  bed.cloud.apply({ kind: 'propose-increase', contractId: id, gpuMicrosPerHour: 9_000_000 });
  const { body } = bed.call('GET', '/api/v0/instances/pending-price-increases/');
  const [pending] = body['pending_price_increases'] as {
    pending_price_increase_id: number;
    contract_id: number;
  }[];
  assert.deepEqual([body['count'], pending?.contract_id], [1, id]);
  const answer = { pending_price_increase_id: pending?.pending_price_increase_id };
  assert.equal(
    bed.call('PUT', '/api/v0/instances/accept-price-increase/', { ...answer, more: 1 }).status,
    422,
  );
  assert.equal(bed.call('PUT', '/api/v0/instances/accept-price-increase/', answer).body['contract_id'], id);
  assert.equal(bed.instance(id)['dph_base'], 9);
  const stale = bed.call('PUT', '/api/v0/instances/reject-price-increase/', answer);
  assert.deepEqual([stale.status, stale.body['error']], [404, 'no_pending_price_increase']);
});

test('the market tells its prices now, before and where', () => {
  const bed = openVastBed();
  const gpus = bed.call('GET', '/api/v0/metrics/gpu/current/?verified=all').body['gpus'] as Record<
    string,
    number
  >[];
  const [first] = gpus;
  for (const [low, high] of [
    ['price_p10', 'price_p25'],
    ['price_p25', 'price_median'],
    ['price_median', 'price_p75'],
    ['price_p75', 'price_p90'],
  ])
    assert.ok((first?.[low ?? ''] ?? 1) <= (first?.[high ?? ''] ?? 0));
  assert.equal(
    first?.['total'],
    (first?.['rented_verified'] ?? 0) +
      (first?.['avail_verified'] ?? 0) +
      (first?.['rented_unverified'] ?? 0) +
      (first?.['avail_unverified'] ?? 0),
  );
  const end = Math.floor(bed.now() / 1000);
  const url = `/api/v0/metrics/gpu/history/?gpu_name=RTX_4090,H100+SXM&verified=all&start=${end - 7200}&end=${end}&step=600`;
  const history = bed.call('GET', url).body['gpus'] as Record<
    string,
    { pricing: Record<string, number[]>; supply_demand: Record<string, number[]> }
  >;
  assert.equal(history['RTX 4090']?.pricing['timestamps']?.length, 13);
  assert.equal(history['RTX 4090']?.supply_demand['available']?.length, 13);
  assert.equal(bed.call('GET', '/api/v0/metrics/gpu/current/?verified=maybe').status, 400);
  const locations = bed.call('GET', '/api/v0/metrics/gpu/locations/').body['locations'] as Record<
    string,
    unknown
  >[];
  includes(typesOf(locations[0]), {
    latitude: 'number',
    city: 'string',
    country_code: 'string',
    gpu_name: 'string',
    rented: 'boolean',
    num_gpus: 'number',
  });
});

test('what is not an endpoint, not a method or not JSON is refused by name', () => {
  const bed = openVastBed();
  assert.equal(bed.call('GET', '/api/v0/nothing/').status, 404);
  assert.equal(bed.call('DELETE', '/api/v0/users/current/').status, 405);
  const broken = bed.vast.handle({ method: 'POST', url: '/api/v0/bundles/', headers: {}, body: '{' });
  assert.ok(broken !== 'lost' && broken.status === 400);
});
