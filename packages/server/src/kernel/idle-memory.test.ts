import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../test/wait.ts';
import { releaseMemoryWhenIdle } from './idle-memory.ts';

const beBusy = (): number => {
  const numbers = Array.from({ length: 100 }, () => Array<number>(100_000).fill(0.5));
  assert.equal(numbers.length, 100);
  return process.memoryUsage().heapTotal;
};

it('what the start took of memory goes back to the host when it is over', async () => {
  using _ = releaseMemoryWhenIdle(200);
  const enough = beBusy() - 60e6;
  await waitFor('memory to be given back', () => process.memoryUsage().heapTotal < enough);
});

it('what a busy time took goes back once it is long over: everything stops for that', async () => {
  let releases = 0;
  using _ = releaseMemoryWhenIdle(50, () => {
    releases += 1;
  });
  await waitFor('the one after the start', () => releases === 1);
  for (let burst = 0; burst < 4; burst += 1) {
    beBusy();
    await delay(250);
  }
  assert.equal(releases, 1, 'a pause between two bursts is none');
  await waitFor('the one after the bursts', () => releases === 2);
  await delay(800);
  assert.equal(releases, 2, 'there is nothing more to give');
});
