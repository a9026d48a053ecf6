import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../kernel/clock.ts';
import { AppError } from '../../../kernel/errors.ts';
import { consumerOf } from '../plane-test-kit.ts';
import { createAskedVerifiers, type Vouched } from './asked.ts';

const vouched = (more: Partial<Vouched> = {}): Vouched => ({
  consumer: consumerOf(),
  untilMs: Date.now() + 60_000,
  endedBy: ['session:one', 'user:ana'],
  ...more,
});

/** Answers `answer`, and counts how often it was asked. */
const openVerifier = (answer: () => Vouched | Promise<Vouched> = vouched) => {
  let asked = 0;
  const verifiers = createAskedVerifiers({
    clock: systemClock,
    vouch: async () => {
      asked += 1;
      return answer();
    },
  });
  return { verifiers, verifier: verifiers.of('users', 'a project'), asked: () => asked };
};

test('a token is asked about once, and from then on recalled', async () => {
  const { verifiers, verifier, asked } = openVerifier();
  assert.equal(verifier.recall('t'), undefined);
  const consumer = await verifier.verify('t');
  assert.equal(await verifier.verify('t'), consumer);
  assert.equal(verifier.recall('t'), consumer);
  assert.equal(verifiers.of('users', 'a project'), verifier);
  assert.equal(asked(), 1);
  await verifiers.of('users', 'another project').verify('t');
  await verifiers.of('customers', 'a project').verify('t');
  assert.equal(asked(), 3, 'who it is depends on the project, and on whose token it is');
});

test('it is asked about again after the change that ends it, after one that nobody knows, and when it ends', async () => {
  const { verifiers, verifier, asked } = openVerifier();
  await verifier.verify('t');
  verifiers.forget('session:another');
  assert.notEqual(verifier.recall('t'), undefined);
  for (const change of ['session:one', 'user:ana', undefined]) {
    verifiers.forget(change);
    assert.equal(verifier.recall('t'), undefined, change);
    await verifier.verify('t');
  }
  assert.equal(asked(), 4);
  const ended = openVerifier(() => vouched({ untilMs: Date.now() - 1 }));
  await ended.verifier.verify('t');
  assert.equal(ended.verifier.recall('t'), undefined);
});

test('what was asked for before a change is not remembered after it', async () => {
  const answer = Promise.withResolvers<Vouched>();
  const { verifiers, verifier } = openVerifier(() => answer.promise);
  const asking = verifier.verify('t');
  verifiers.forget('user:somebody else');
  answer.resolve(vouched());
  assert.equal((await asking)?.id, 'ana', 'this request began before it');
  assert.equal(verifier.recall('t'), undefined);
});

test('a token that nobody vouches for is refused each time', async () => {
  const { verifier, asked } = openVerifier(() => Promise.reject(new AppError('auth.token_invalid')));
  for (let turn = 0; turn < 2; turn += 1)
    await assert.rejects(verifier.verify('t'), { code: 'auth.token_invalid' });
  assert.equal(asked(), 2);
});
