import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { sql } from 'kysely';
import { createTestDatabase } from '../../../test/database.ts';
import { toAppError } from '../http/problem.ts';
import { connectDatabase } from './database.ts';

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('it should fail'),
    (error: unknown) => error,
  );

test('a connection that is reset is a database that is away, whatever moment it is reset at', async () => {
  const resets = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  resets.listen(0, '127.0.0.1');
  await once(resets, 'listening');
  const { port } = resets.address() as AddressInfo;
  await using connection = connectDatabase(`postgres://nobody@127.0.0.1:${port}/none`, {
    poolSize: 1,
    onError: () => undefined,
  });
  const reset = await failureOf(sql`select 1`.execute(connection.db));
  assert.equal((reset as { code?: string }).code, 'ECONNRESET');
  assert.equal(toAppError(reset).code, 'server.database');
  resets.close();

  await using database = await createTestDatabase();
  const cut = await failureOf(
    sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`.execute(database.db),
  );
  assert.equal(toAppError(cut).code, 'server.database');
});

test('the same system error of another connection says nothing of the database', () => {
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  assert.equal(toAppError(reset).code, 'server.unexpected');
});

test('a full disk is said to be full, whether PostgreSQL or a file met it', async () => {
  await using database = await createTestDatabase();
  const raised = await failureOf(
    sql`do $$ begin raise exception 'no space left' using errcode = 'disk_full'; end $$`.execute(database.db),
  );
  assert.equal(toAppError(raised).code, 'server.disk_full');
  const file = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  assert.equal(toAppError(file).code, 'server.disk_full');
});
