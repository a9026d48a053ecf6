import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTestClock } from '../../../../test/test-clock.ts';
import { createSlots } from './slots.ts';

test('who waits for a place gets one in the order of coming, and what nobody waits for is free again', async () => {
  const slots = createSlots({ slots: 1, mostWaiting: 2, clock: createTestClock() });
  assert.equal(slots.take(1000), true);
  const order: string[] = [];
  const waiting = ['first', 'second'].map(async (name) => {
    assert.equal(await slots.take(1000), true);
    order.push(name);
  });
  assert.equal(slots.take(1000), false, 'two wait already');
  slots.release();
  await waiting[0];
  assert.deepEqual(order, ['first']);
  slots.release();
  await Promise.all(waiting);
  slots.release();
  assert.equal(slots.take(1000), true);
  assert.notEqual(slots.take(1000), true);
});

test('who waited for a place in vain leaves the line, and takes none from who comes later', async () => {
  const clock = createTestClock();
  const slots = createSlots({ slots: 1, mostWaiting: 1, clock });
  assert.equal(slots.take(1000), true);
  const late = slots.take(1000);
  await turn();
  clock.advance(1000);
  assert.equal(await late, false);
  const next = slots.take(1000);
  slots.release();
  assert.equal(await next, true);
  slots.release();
  assert.equal(slots.take(1000), true);
});
