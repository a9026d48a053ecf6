import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed } from '../../test/vast-bed.ts';
import { includes, typesOf } from '../../test/wire-types.ts';

test('a create answers the contract and its restricted key; an offer is rented once', () => {
  const bed = openVastBed();
  const askId = Number(bed.asks()[0]?.['id']);
  const put = (body: object = {}) =>
    bed.call('PUT', `/api/v0/asks/${askId}/`, {
      client_id: 'me',
      image: 'pytorch/pytorch',
      disk: 20,
      ...body,
    });
  const first = put();
  includes(typesOf(first.body), { success: 'boolean', new_contract: 'number', instance_api_key: 'string' });
  bed.advance(60);
  const second = put();
  assert.deepEqual([second.status, second.body['error'], second.body['ask_id']], [410, 'no_such_ask', askId]);
  assert.match(String(second.body['msg']), /no longer available/);
  const none = bed.call('PUT', '/api/v0/asks/999999999/', { image: 'x' });
  assert.deepEqual([none.status, none.body['error']], [404, 'no_such_ask']);
});

test('two requests for one offer at once are both accepted, and one machine disappears', () => {
  const bed = openVastBed();
  const askId = Number(bed.asks()[0]?.['id']);
  const ids = [bed.rent({}, askId), bed.rent({}, askId)];
  assert.equal(bed.cloud.contracts().length, 2);
  bed.advance(120);
  assert.deepEqual(
    bed.cloud.contracts().map(({ id }) => id),
    ids.slice(0, 1),
  );
});

test('what a create asks for is held to the limits of the provider', () => {
  const bed = openVastBed();
  const askId = Number(bed.asks()[0]?.['id']);
  const refused = (body: object): unknown => {
    const reply = bed.call('PUT', `/api/v0/asks/${askId}/`, { image: 'x', disk: 20, ...body });
    return `${reply.status} ${String(reply.body['error'])}`;
  };
  assert.equal(refused({ image: null }), '400 invalid_args');
  assert.equal(refused({ image: 'x'.repeat(1025) }), '400 invalid_args');
  assert.equal(refused({ label: 'x'.repeat(257) }), '400 invalid_args');
  assert.equal(refused({ onstart: 'x'.repeat(4000), args: ['y'.repeat(97)] }), '400 invalid_args');
  assert.equal(refused({ env: { A: 'x'.repeat(257) } }), '400 invalid_args');
  assert.equal(
    refused({ env: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`K${i}`, 'x'.repeat(200)])) }),
    '400 invalid_args',
  );
  assert.equal(refused({ disk: 7.9 }), '400 invalid_args');
  assert.equal(refused({ price: 0.0009 }), '400 invalid_price');
  assert.equal(refused({ price: 129 }), '400 invalid_price');
  assert.equal(refused({ vm: true }), '400 no_ssh_key_for_vm');
  assert.equal(bed.cloud.contracts().length, 0);
});

test('a bid that is too low is no success, and leaves a stopped contract that bills until it is destroyed', () => {
  const bed = openVastBed();
  const ask = bed.asks({ type: 'bid', rentable: { eq: true } })[0];
  const put = (body: object) =>
    bed.call('PUT', `/api/v0/asks/${String(ask?.['id'])}/`, { image: 'x', disk: 20, price: 0.001, ...body });
  assert.equal(put({ cancel_unavail: true }).status, 410);
  const reply = put({});
  assert.deepEqual([reply.status, reply.body['success'], reply.body['error']], [200, false, undefined]);
  const instance = bed.instance(Number(reply.body['new_contract']));
  assert.deepEqual(
    [instance['cur_state'], instance['intended_status'], instance['next_state']],
    ['stopped', 'stopped', 'stopped'],
  );
  bed.advance(3600);
  assert.ok((bed.cloud.truth()[0]?.micros ?? 0) > 0);
});

test('a bulk create answers each offer for itself', () => {
  const bed = openVastBed();
  const ids = bed
    .asks()
    .slice(0, 3)
    .map(({ id }) => Number(id));
  const { body } = bed.call('POST', '/api/v0/asks/bulk/', {
    ids: [...ids, 5],
    image: 'x',
    disk: 20,
    label: 'race',
  });
  const results = body['results'] as {
    ask_id: number;
    success: boolean;
    new_contract?: number;
    error?: string;
  }[];
  assert.equal(body['success'], true, 'it is a success when one of them is');
  assert.deepEqual(
    results.map(({ ask_id, success }) => [ask_id, success]),
    [...ids.map((id) => [id, true]), [5, false]],
  );
  assert.equal(results[3]?.error, 'no_such_ask');
  assert.deepEqual(
    body['created'],
    results.slice(0, 3).map(({ new_contract }) => new_contract),
  );
  assert.deepEqual(body['failed'], [5]);
  const none = bed.call('POST', '/api/v0/asks/bulk/', { ids: [5, 6], image: 'x', disk: 20 });
  assert.deepEqual([none.status, none.body['success']], [400, false]);
  assert.equal(
    bed.call('POST', '/api/v0/asks/bulk/', { ids: Array.from({ length: 65 }, (_, i) => i), image: 'x' })
      .status,
    400,
  );
});

test('environment in the form of Docker flags is taken too', () => {
  const bed = openVastBed();
  const id = bed.rent({ env: '-e TZ=PDT -e "X=a b" -p 22:22 -h box' });
  assert.deepEqual(bed.instance(id)['extra_env'], [
    ['TZ', 'PDT'],
    ['X', 'a b'],
    ['-p 22:22', '1'],
    ['-h box', '1'],
  ]);
});
