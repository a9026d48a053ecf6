import assert from 'node:assert/strict';
import { it } from 'node:test';
import { systemClock } from './clock.ts';

it('a sleep of more days than a timer of Node can count does not end at once', async () => {
  const stop = new AbortController();
  let isOver = false;
  const sleeping = systemClock.sleep(30 * 86_400_000, stop.signal).then(() => {
    isOver = true;
  });
  await systemClock.sleep(20);
  assert.equal(isOver, false);
  stop.abort();
  await sleeping;
});
