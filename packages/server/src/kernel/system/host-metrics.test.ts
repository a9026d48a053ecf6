import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../../test/test-clock.ts';
import { createMetrics } from '../metrics.ts';
import { createBusyShare, registerHostMetrics } from './host-metrics.ts';

const times = (busy: number, idle: number) => ({ user: busy, nice: 0, sys: 0, irq: 0, idle });

test('the busy share is of all processors since it was last told, and is told anew only after a while', () => {
  const clock = createTestClock();
  let read = [times(100, 100), times(0, 1000)];
  const share = createBusyShare(() => read, clock);
  assert.ok(Number.isNaN(share()), 'nothing has passed yet');
  clock.advance(5000);
  read = [times(200, 100), times(50, 1250)];
  assert.equal(share(), 150 / 400);
  clock.advance(1000);
  read = [times(9000, 100), times(50, 1250)];
  assert.equal(share(), 150 / 400, 'whoever asks again at once gets the last answer');
  clock.advance(1000);
  assert.equal(share(), 1);
});

test('a host that does not tell its times is unknown, not idle', () => {
  const clock = createTestClock();
  const share = createBusyShare(() => [times(0, 0)], clock);
  clock.advance(5000);
  assert.ok(Number.isNaN(share()));
});

test('what this host has of memory is told', async () => {
  const metrics = createMetrics({ processMetrics: false });
  registerHostMetrics(metrics, createTestClock());
  const used = (await metrics.registry.getSingleMetric('dumont_memory_used_ratio')?.get())?.values[0]?.value;
  assert.ok(used !== undefined && used > 0 && used < 1, String(used));
});
