import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { startCognito } from '@dumont/simulator/cognito';
import { createTestClock } from '../../../../../test/test-clock.ts';
import { describePool, person } from '../../conformance.ts';
import { createCognitoPool } from './cognito-pool.ts';
import { consentsAttribute } from './wire.ts';

const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a secret of the pool' };

const openBed = async (credentials = keys, userPoolId = 'sa-east-1_Example') => {
  const clock = createTestClock();
  const cognito = await startCognito({
    port: 0,
    userPoolId: 'sa-east-1_Example',
    customAttributes: [consentsAttribute],
    ...keys,
    clock,
    newId: randomUUID,
  });
  const pool = createCognitoPool(
    { userPoolId, region: 'sa-east-1', endpoint: cognito.url, credentials },
    clock,
  );
  return {
    pool,
    cognito,
    advance: (ms: number) => clock.advance(ms),
    [Symbol.asyncDispose]: async () => {
      pool[Symbol.dispose]();
      await cognito[Symbol.asyncDispose]();
    },
  };
};

describePool('cognito', openBed);

test('a pool that is busy for a moment is asked again; one that stays so is said not to answer', async () => {
  await using bed = await openBed();
  bed.cognito.failNext(1, 'TooManyRequestsException');
  assert.ok((await bed.pool.add(person(1))) !== undefined);
  bed.cognito.failNext(10, 'InternalErrorException');
  await assert.rejects(bed.pool.findByCpf(person(1).cpf), { code: 'customer.pool' });
});

test('wrong keys and a pool that is not there are faults of the pool, told to nobody but the log', async () => {
  for (const [credentials, id] of [
    [{ ...keys, secretAccessKey: 'another' }, undefined],
    [keys, 'sa-east-1_Other'],
  ] as const) {
    await using bed = await openBed(credentials, id);
    await assert.rejects(bed.pool.find('01890000-0000-7000-8000-000000000000'), (error: Error) => {
      assert.equal((error as { code?: string }).code, 'customer.pool');
      assert.ok(!error.message.includes('Other') && !error.message.includes('signature'));
      return true;
    });
  }
});

test('an address that nobody answers at is said not to answer', async () => {
  const clock = createTestClock();
  using pool = createCognitoPool(
    { userPoolId: 'x_Y', region: 'sa-east-1', endpoint: 'http://127.0.0.1:1', credentials: keys },
    clock,
  );
  await assert.rejects(pool.list({ name: undefined, after: undefined, limit: 1 }), { code: 'customer.pool' });
});
