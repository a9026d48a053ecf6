import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { AppError } from '../../../kernel/errors.ts';
import { connectCalls } from './connect.ts';

interface Theirs {
  double(value: number): Promise<number>;
  refuse(): Promise<never>;
  fail(): Promise<never>;
  note(value: string): void;
}

const connect = () => {
  const { port1, port2 } = new MessageChannel();
  const noted: string[] = [];
  connectCalls<object, Theirs>(
    port2,
    {
      double: async (value) => 2 * value,
      refuse: () => Promise.reject(new AppError('gateway.upstream_busy', { retryAfterSeconds: 7 })),
      fail: () => Promise.reject(Object.assign(new Error('taken'), { code: 'EADDRINUSE' })),
      note: (value) => void noted.push(value),
    },
    [],
  );
  const calls = connectCalls<Theirs, object>(port1, {}, ['note']);
  const end = async (): Promise<void> => {
    port1.close();
    await once(port2, 'close');
  };
  return { calls, noted, end };
};

test('threads call each other, and errors keep their codes and parameters', async () => {
  const { calls, end } = connect();
  assert.equal(await calls.double(21), 42);
  await assert.rejects(
    calls.refuse(),
    (error) => error instanceof AppError && error.status === 503 && error.params['retryAfterSeconds'] === 7,
  );
  await assert.rejects(
    calls.fail(),
    (error: NodeJS.ErrnoException) =>
      !(error instanceof AppError) && error.code === 'EADDRINUSE' && error.message === 'taken',
  );
  await end();
});

test('what is told comes before the answer to what is asked after it', async () => {
  const { calls, noted, end } = connect();
  for (let index = 0; index < 100; index += 1) void calls.note(String(index));
  await calls.double(1);
  assert.equal(noted.join(' '), Array.from({ length: 100 }, (_, index) => index).join(' '));
  await end();
});
