import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { createTestClock } from '../../../../test/test-clock.ts';
import { random } from '../plane-test-kit.ts';
import { createLimitMemory } from './limit-windows.ts';
import { createRateLimits, type Limit, type RateLimits } from './rate-limits.ts';

const limit: Limit = { key: 'route', requests: 10, perSeconds: 60 };
const startOfWindow = new Date('2026-05-05T12:00:00Z');

/** Two threads' limits, with one memory, and another replica's. */
const open = () => {
  const clock = createTestClock(startOfWindow);
  const memory = createLimitMemory(random);
  const [one, two] = [createRateLimits(clock, memory), createRateLimits(clock, memory)];
  return { clock, one, two, replica: createRateLimits(clock, createLimitMemory(random)) };
};
const takeAll = (limits: RateLimits, subject: string, tries: number): number =>
  Array.from({ length: tries }, () => limits.take(limit, subject)).filter(({ allowed }) => allowed).length;

test('what one thread lets through counts for the others, by subject', () => {
  const { one, two } = open();
  assert.equal(takeAll(one, 'ana', 7), 7);
  assert.deepEqual(two.take(limit, 'ana'), { allowed: true, remaining: 2, resetSeconds: 60 });
  assert.equal(takeAll(two, 'ana', 7), 2);
  assert.equal(one.take(limit, 'ana').allowed, false);
  assert.equal(takeAll(one, 'bia', 20), 10);
  assert.equal(two.take({ ...limit, key: 'another' }, 'ana').allowed, true);
});

test('a new window counts the share of the last one that a sliding window still sees', () => {
  const { clock, one, two } = open();
  takeAll(one, 'ana', 10);
  clock.advance(60_000 + 30_000);
  assert.equal(takeAll(two, 'ana', 10), 5);
  clock.advance(120_000);
  assert.equal(takeAll(one, 'ana', 20), 10);
});

test('threads tell each request once, and what other replicas counted holds for all of them', () => {
  const { one, two, replica } = open();
  takeAll(one, 'ana', 3);
  takeAll(two, 'ana', 2);
  takeAll(replica, 'ana', 4);
  const told = [...one.drain(), ...two.drain()];
  assert.deepEqual(
    told.map(({ key, requests }) => `${key} ${requests}`),
    ['route ana 5', 'route ana 0'],
  );
  const windowNumber = told[0]?.windowNumber ?? 0;
  one.learn([{ key: 'route ana', windowNumber, requests: 9 }]);
  assert.equal(takeAll(two, 'ana', 5), 1, '5 here and 4 there');
  replica.drain();
  replica.learn([{ key: 'route ana', windowNumber, requests: 10 }]);
  assert.equal(replica.take(limit, 'ana').allowed, false);
  one.learn([{ key: 'route ana', windowNumber: windowNumber - 1, requests: 1000 }]);
  assert.equal(one.take({ ...limit, requests: 11 }, 'ana').allowed, true, 'another window is another matter');
});

test('of more subjects than there is room for, those that are still asking keep their windows', () => {
  const { clock, one } = open();
  takeAll(one, 'ana', 10);
  for (let round = 0; round < 30; round += 1) {
    clock.advance(1000);
    for (let index = 0; index < 10_000; index += 1) one.take(limit, `${round} ${index}`);
    assert.equal(one.take(limit, 'ana').allowed, false);
  }
});

test('threads that take at the same time are given what the limit says, no more and no less', async () => {
  const memory = createLimitMemory(random);
  const url = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const start = new Int32Array(new SharedArrayBuffer(4));
  const program = `
    const { parentPort, workerData: { memory, start } } = require('node:worker_threads');
    Promise.all([import(${url('rate-limits.ts')}), import(${url('../../../kernel/clock.ts')})]).then(
      ([{ createRateLimits }, { systemClock }]) => {
        const limits = createRateLimits(systemClock, memory);
        parentPort.postMessage('ready');
        Atomics.wait(start, 0, 0);
        let allowed = 0;
        for (let index = 0; index < 200_000; index += 1)
          if (limits.take({ key: 'route', requests: 100_000, perSeconds: 1_000_000_000 }, 'subject ' + (index % 2)).allowed) allowed += 1;
        parentPort.postMessage(allowed);
      },
    );`;
  const workers = Array.from(
    { length: 3 },
    () => new Worker(program, { eval: true, workerData: { memory, start } }),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));
  const allowed = workers.map((worker) => once(worker, 'message'));
  Atomics.store(start, 0, 1);
  Atomics.notify(start, 0);
  const counts = (await Promise.all(allowed)).map(([count]) => Number(count));
  await Promise.all(workers.map((worker) => worker.terminate()));
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    200_000,
    `of ${counts.join(' + ')}`,
  );
});
