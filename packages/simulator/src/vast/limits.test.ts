import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed } from '../../test/vast-bed.ts';

const bed = () => openVastBed({ hasLimits: true });

test('creates come every 4.5 seconds; one that is too early waits 12', () => {
  const { call, asks, advance, cloud } = bed();
  const offers = asks();
  const create = (index: number): number =>
    call('PUT', `/api/v0/asks/${String(offers[index]?.['id'])}/`, { image: 'x', disk: 20 }).status;
  assert.equal(create(0), 200);
  advance(4.4);
  assert.equal(create(1), 429);
  advance(4.5);
  assert.equal(create(1), 429);
  advance(12);
  assert.equal(create(1), 200);
  advance(4.5);
  assert.equal(create(2), 200);
  assert.equal(cloud.contracts().length, 3);
});

test('each call has its own interval, and a refusal never says when to come again', () => {
  const intervals: [string, string, object | undefined, number][] = [
    ['GET', '/api/v1/instances/', undefined, 1],
    ['GET', '/api/v0/instances/5/', undefined, 2],
    ['PUT', '/api/v0/instances/5/', { state: 'stopped' }, 1],
    ['PUT', '/api/v0/instances/', { ids: [5], state: 'stopped' }, 4],
    ['DELETE', '/api/v0/instances/', { instance_ids: [5] }, 3],
    ['POST', '/api/v0/asks/bulk/', { ids: [5], image: 'x' }, 4.5],
    ['PUT', '/api/v0/instances/recycle/5/', {}, 1],
    ['PUT', '/api/v0/instances/reboot/5/', {}, 1],
    ['DELETE', '/api/v0/instances/5/', {}, 3],
    ['PUT', '/api/v0/instances/bid_price/5/', { price: 1 }, 5.5],
    ['PUT', '/api/v0/instances/command/5/', { command: 'ls' }, 1.5],
    ['POST', '/api/v0/instances/5/ssh/', { ssh_key: 'x' }, 2],
    ['GET', '/api/v0/users/current/', undefined, 2],
    ['GET', '/api/v0/charges/', undefined, 1],
    ['GET', '/api/v0/metrics/gpu/current/', undefined, 3],
  ];
  for (const [method, url, body, seconds] of intervals) {
    const { vast, call, advance, answer } = bed();
    assert.notEqual(call(method, url, body).status, 429, url);
    advance(seconds - 0.1);
    const refused = answer(method, url, body);
    assert.ok(refused !== 'lost');
    assert.equal(refused.status, 429, url);
    assert.match(refused.body, /API requests too frequent/);
    assert.deepEqual(Object.keys(refused.headers), ['content-type']);
    advance(0.1);
    assert.notEqual(call(method, url, body).status, 429, url);
    assert.equal(vast.cloud.contracts().length, 0);
  }
});

test('ten searches a minute, for anyone', () => {
  const { call, advance } = bed();
  const search = (): number => call('POST', '/api/v0/bundles/', { limit: 1 }, '').status;
  for (let index = 0; index < 10; index++) assert.equal(search(), 200);
  assert.equal(search(), 429);
  advance(60);
  assert.equal(search(), 200);
});

test('intervals are kept by key: one caller does not slow another', () => {
  const { call } = bed();
  assert.equal(call('GET', '/api/v1/instances/').status, 200);
  assert.equal(call('GET', '/api/v1/instances/', undefined, 'other-key').status, 200);
  assert.equal(call('GET', '/api/v1/instances/').status, 429);
});
