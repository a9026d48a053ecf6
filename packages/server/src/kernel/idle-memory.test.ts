import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { releaseMemoryWhenIdle } from './idle-memory.ts';

const beBusy = (): number => {
  const numbers = Array.from({ length: 100 }, () => Array<number>(100_000).fill(0.5));
  assert.equal(numbers.length, 100);
  return process.memoryUsage().heapTotal;
};

it('what a busy time took of memory goes back to the host when it is over', async () => {
  using _ = releaseMemoryWhenIdle(200);
  const enough = beBusy() - 60e6;
  for (let look = 0; look < 100 && process.memoryUsage().heapTotal > enough; look += 1) await delay(50);
  assert.ok(process.memoryUsage().heapTotal < enough);
});
