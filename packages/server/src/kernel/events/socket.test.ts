import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from '@dumont/contracts/client';
import type { Run } from '@dumont/contracts/runs/runs';
import { createTestApp, type TestApp } from '../../../test/test-app.ts';
import { waitFor } from '../../../test/wait.ts';

interface Message {
  readonly type: string;
  readonly seq: number;
  readonly epoch?: string;
  readonly payload?: { readonly id: string };
}

describe('the event stream over a socket', () => {
  let app: TestApp;
  before(async () => {
    app = await createTestApp();
  });
  after(() => app[Symbol.asyncDispose]());

  const follow = async (from?: number, epoch?: string) => {
    const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/events`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    const messages: Message[] = [];
    socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString()) as Message));
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.send(
      JSON.stringify({
        type: 'subscribe',
        topic: 'runs',
        ...(from === undefined ? {} : { after: from }),
        epoch,
      }),
    );
    const subscribed = await waitFor('the subscription', () =>
      messages.find(({ type }) => type === 'subscribed'),
    );
    return { socket, messages, subscribed, isReset: messages.some(({ type }) => type === 'reset') };
  };
  /** An event of a run that is there, as a worker writes it; nothing else happens meanwhile. */
  const run = async (): Promise<string> => {
    const made = await app.admin.client.startRun({ body: { kind: 'command', command: ['true'] } });
    await waitFor('the run to end', async () => {
      const { rows } = await app.database.pool.query(
        `SELECT 1 FROM runs WHERE id = $1 AND state = 'succeeded'`,
        [made.id],
      );
      return rows.length > 0;
    });
    return made.id;
  };
  /** As a client does it whose answer was an error of the moment: once more, with the same key. */
  const startRepeatedly = (idempotencyKey: string): Promise<Run> =>
    waitFor('the run to be taken', async () => {
      try {
        const body = { kind: 'command' as const, command: ['true'] };
        return await app.admin.client.startRun({ body, idempotencyKey });
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 503) throw error;
        assert.equal(error.problem.code, 'server.database');
        await delay(1000 * Number(error.problem.params?.['retryAfterSeconds']));
        return undefined;
      }
    });
  const lastSeq = async (): Promise<number> => {
    const { rows } = await app.database.pool.query<{ seq: number }>(
      'SELECT max(seq)::int AS seq FROM events',
    );
    return rows[0]?.seq ?? 0;
  };

  it('gives what was missed, each run as it is now, and ends at the newest number', async () => {
    await run();
    const seen = await lastSeq();
    const missed = [await run(), await run()];
    const { socket, messages, isReset } = await follow(seen);
    assert.equal(isReset, false);
    const runs = await waitFor('the runs', () => {
      const found = messages.filter(({ type }) => type === 'run');
      return new Set(found.map(({ payload }) => payload?.id)).size >= 2 && found;
    });
    assert.deepEqual(new Set(runs.map(({ payload }) => payload?.id)), new Set(missed));
    socket.terminate();
  });

  it('says so where what was missed is no longer kept, and only there', async () => {
    await run();
    const seen = await lastSeq();
    await run();
    await app.database.pool.query('DELETE FROM events WHERE seq <= $1', [seen]);
    const whole = await follow(seen);
    assert.equal(whole.isReset, false, 'everything after it is there');
    await app.database.pool.query('DELETE FROM events WHERE seq <= $1', [seen + 1]);
    const cut = await follow(seen);
    assert.equal(cut.isReset, true, 'one event after it is gone');
    for (const { socket } of [whole, cut]) socket.terminate();
  });

  it('says so where the database was restored to a time before', async () => {
    const { socket, isReset, subscribed } = await follow((await lastSeq()) + 1_000_000);
    assert.equal(isReset, true);
    assert.ok(subscribed.seq <= (await lastSeq()));
    socket.terminate();
  });

  it('says so for a number of another history, however far the numbers have come since', async () => {
    const first = await follow();
    await run();
    const seen = await waitFor('a message', () => first.messages.find(({ type }) => type === 'run'));
    first.socket.terminate();
    await run();
    const same = await follow(seen.seq, seen.epoch);
    assert.equal(same.isReset, false);
    const elsewhere = '01999999-0000-7000-8000-000000000000';
    const other = await follow(seen.seq, elsewhere);
    assert.equal(other.isReset, true);
    assert.notEqual(other.subscribed.epoch, elsewhere);
    const exact = await follow(await lastSeq(), elsewhere);
    assert.equal(exact.isReset, true, 'also where it happens to be the newest number');
    for (const { socket } of [same, other, exact]) socket.terminate();
  });

  it('nothing is lost to a watcher when the database is away while a change is read', async () => {
    const { socket, messages } = await follow();
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      ids.push((await startRepeatedly(`round-${round}`)).id);
      await app.database.pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    }
    const { items } = await waitFor('the database', () =>
      app.admin.client.listRuns().catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 503) return undefined;
        throw error;
      }),
    );
    assert.equal(items.filter(({ id }) => ids.includes(id)).length, 3, 'and repeating made no second run');
    for (const id of ids) {
      await waitFor('the end of each run', () =>
        messages.some(
          ({ payload }) => payload?.id === id && (payload as { state?: string }).state === 'succeeded',
        ),
      );
    }
    socket.terminate();
  });
});
