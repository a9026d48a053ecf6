import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestClock } from '../../../test/test-clock.ts';
import { AppError } from '../errors.ts';
import { createRateLimit } from './rate-limit.ts';

const waitFor = (take: () => void): number | undefined => {
  try {
    take();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'request.rate_limited');
    return error.params['retryAfterSeconds'] as number;
  }
};

test('a burst is let through, then one at the rate, and who is refused is told when to come again', () => {
  const clock = createTestClock();
  const limit = createRateLimit(clock, 0.5, 3);
  const take = (): number | undefined => waitFor(() => limit.take('a'));
  assert.deepEqual([take(), take(), take(), take()], [undefined, undefined, undefined, 2]);
  clock.advance(1000);
  assert.equal(take(), 1);
  clock.advance(1000);
  assert.deepEqual([take(), take()], [undefined, 2]);
});

test('coming again too early costs nothing', () => {
  const clock = createTestClock();
  const limit = createRateLimit(clock, 1, 1);
  limit.take('a');
  for (let at = 0; at < 100; at += 1) waitFor(() => limit.take('a'));
  clock.advance(1000);
  assert.equal(
    waitFor(() => limit.take('a')),
    undefined,
  );
});

test('a long pause saves up no more than a burst', () => {
  const clock = createTestClock();
  const limit = createRateLimit(clock, 10, 2);
  clock.advance(3_600_000);
  limit.take('a');
  limit.take('a');
  assert.equal(
    waitFor(() => limit.take('a')),
    1,
  );
});

test('one key does not slow another, and a flood of keys is forgotten rather than kept', () => {
  const limit = createRateLimit(createTestClock(), 1, 1);
  limit.take('a');
  assert.equal(
    waitFor(() => limit.take('b')),
    undefined,
  );
  for (let at = 0; at < 60_000; at += 1) limit.take(`flood ${at}`);
  // `a` was the oldest: it may come again, and newer ones are still held back.
  assert.equal(
    waitFor(() => limit.take('a')),
    undefined,
  );
  assert.equal(
    waitFor(() => limit.take('flood 59999')),
    1,
  );
});
