import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';

const folder = import.meta.dirname;
const sleep = (instance: object, config: object, stop?: AbortSignal) =>
  resultOf(folder, app, { task: 'solve', instance, config }, stop);

test('it sleeps as long as the configuration says, else the instance, else the time limit', async () => {
  const asked = await sleep({ seconds: 9 }, { seconds: 0.05 });
  assert.deepEqual([asked.status, asked.solution, asked.objective], ['optimal', { sleep: 0.05 }, 0.05]);
  assert.ok(asked.log.time >= 0.04 && asked.log.time < 1);
  const { instance, solution } = readExample(folder, 'nap');
  assert.deepEqual((await sleep(instance, {})).solution, solution);
  const whole = await sleep({}, { timeLimit: 0.1 });
  assert.deepEqual([whole.status, Math.round((whole.objective ?? 0) * 10)], ['optimal', 1]);
});

test('the time limit wakes it, and so does an end that is asked for', async () => {
  const limited = await sleep({ seconds: 9 }, { timeLimit: 0.1 });
  assert.equal(limited.status, 'time_limit');
  assert.ok((limited.objective ?? 9) < 1);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 30);
  const stopped = await sleep({ seconds: 9 }, {}, stop.signal);
  assert.equal(stopped.status, 'stopped');
  assert.ok((stopped.objective ?? 9) < 1);
});
