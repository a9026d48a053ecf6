import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RunPart } from '@dumont/contracts/runs/runs';
import { outcomeOf, settleParts } from './run.ts';

const rule = {
  attempt: 1,
  max_attempts: 3,
  retry_on: ['exit_75', 'worker_lost'],
  retry_backoff_seconds: 10,
  timeout_seconds: 60,
};
const exit = (code: number | null, signal: string | null = null) =>
  ({ kind: 'exit', exit: { code, signal } }) as const;

describe('the outcome of an attempt', () => {
  it('is success for exit code 0 alone', () => {
    assert.equal(outcomeOf(exit(0), rule).state, 'succeeded');
    assert.equal(outcomeOf(exit(1), rule).error?.code, 'exit_1');
    assert.equal(outcomeOf(exit(null, 'SIGKILL'), rule).error?.code, 'signal_SIGKILL');
  });

  it('is another attempt only for a failure that is named, while attempts are left, later each time', () => {
    assert.deepEqual(
      [1, 2, 3].map((attempt) => outcomeOf(exit(75), { ...rule, attempt }).retryInSeconds),
      [10, 20, null],
    );
    assert.equal(outcomeOf(exit(75), { ...rule, attempt: 3 }).state, 'failed');
    assert.equal(outcomeOf(exit(76), rule).state, 'failed');
    assert.equal(outcomeOf({ kind: 'worker_lost' }, rule).state, 'queued');
    assert.equal(outcomeOf({ kind: 'timed_out' }, rule).state, 'timed_out');
    const many = { ...rule, attempt: 90, max_attempts: 100 };
    assert.equal(outcomeOf(exit(75), many).retryInSeconds, 86_400);
  });

  it('is never another attempt once it was cancelled', () => {
    const cancelled = outcomeOf({ kind: 'cancelled' }, { ...rule, retry_on: ['cancelled'] });
    assert.deepEqual([cancelled.state, cancelled.retryInSeconds], ['cancelled', null]);
  });
});

describe('the parts of a run that has ended', () => {
  const part = (state: RunPart['state']): RunPart => ({
    name: state,
    label: state,
    state,
    progress: 40,
    estimated: true,
    message: 'm',
  });
  const states = (state: Parameters<typeof settleParts>[1]): string[] =>
    settleParts((['waiting', 'running', 'succeeded', 'failed'] as const).map(part), state).map(
      (each) => each.state,
    );

  it('do not run on, and what failed is not called a success', () => {
    assert.deepEqual(states('succeeded'), ['succeeded', 'succeeded', 'succeeded', 'failed']);
    assert.deepEqual(states('failed'), ['waiting', 'failed', 'succeeded', 'failed']);
    assert.deepEqual(states('cancelled'), ['waiting', 'cancelled', 'succeeded', 'failed']);
    assert.deepEqual(states('queued'), ['waiting', 'waiting', 'waiting', 'waiting']);
  });
});
