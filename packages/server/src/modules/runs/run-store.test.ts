import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemScope } from '../../kernel/access/caller.ts';
import { createRunsBed, type RunsBed } from '../../../test/runs-bed.ts';
import { insertRun } from './run-change-store.ts';
import { createRunReader, type RunFilter, type RunReader } from './run-store.ts';

const hourMs = 3_600_000;
const startMs = Date.parse('2025-10-01T00:00:00Z');
const states = ['succeeded', 'failed', 'succeeded', 'cancelled'] as const;

let bed: RunsBed;
let reader: RunReader;
let firstNumber: number;

before(async () => {
  bed = await createRunsBed({ worker: false });
  reader = createRunReader(bed.database.db);
  // Forty runs, one each hour; one of them was numbered late, as a slow transaction makes it.
  for (let index = 0; index < 40; index += 1) {
    const queuedAt = new Date(startMs + (index === 20 ? 19.5 : index) * hourMs);
    const id = `00000000-0000-7000-8000-0000000000${String(index).padStart(2, '0')}`;
    const subject = index % 2 === 0 ? 'even' : 'odd';
    const none = { executor: 'local', requirements: {}, priority: 0, concurrency: null, parts: [] };
    const rules = { maxAttempts: 1, retryOn: [], retryBackoffSeconds: 1, timeoutSeconds: null };
    const origin = {
      createdBy: bed.caller.userId,
      scheduleId: null,
      rerunOf: null,
      projectId: bed.projectId,
    };
    const run = { id, kind: 'command', subject, params: {}, queuedAt, ...none, ...rules, ...origin };
    const { rows } = await insertRun(run).execute(bed.database.db);
    firstNumber ??= rows[0]?.number ?? 0;
    await bed.database.db
      .updateTable('runs')
      .set({ state: states[index % states.length] ?? 'failed', finished_at: queuedAt })
      .where('id', '=', id)
      .execute();
  }
});
after(() => bed[Symbol.asyncDispose]());

const found = async (filter: RunFilter, beforeIndex?: number, limit = 100): Promise<number[]> => {
  const before_ = beforeIndex === undefined ? undefined : firstNumber + beforeIndex;
  return (await reader.listRuns(systemScope, filter, before_, limit)).map((row) => row.number - firstNumber);
};
const newestFirst = (keep: (index: number) => boolean): number[] =>
  Array.from({ length: 40 }, (_, index) => 39 - index).filter(keep);

test('runs of several states come in one order, page by page', async () => {
  const wanted = newestFirst((index) => index % 4 === 1 || index % 4 === 3);
  const filter = { states: ['failed', 'cancelled', 'failed'] } as const;
  assert.deepEqual(await found(filter, undefined, 5), wanted.slice(0, 5));
  assert.deepEqual(await found(filter, wanted[4], 100), wanted.slice(5));
  assert.deepEqual(await found({ states: ['queued'] }), []);
});

test('runs of a subject come newest first, whatever their states', async () => {
  assert.deepEqual(
    await found({ subject: 'odd' }),
    newestFirst((index) => index % 2 === 1),
  );
  const failed = { subject: 'odd', states: ['failed'] } as const;
  assert.deepEqual(
    await found(failed),
    newestFirst((index) => index % 4 === 1),
  );
  assert.deepEqual(await found({ subject: 'even', states: ['failed'] }), []);
});

test('a period has every run that was asked for in it, also one that was numbered late', async () => {
  const at = (hours: number): Date => new Date(startMs + hours * hourMs);
  assert.deepEqual(await found({ from: at(10), to: at(20) }), [20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  assert.deepEqual(await found({ from: at(38) }), [39, 38]);
  assert.deepEqual(await found({ to: at(2) }), [1, 0]);
  assert.deepEqual(await found({ from: at(100), to: at(200) }), []);
});

test('a run is found by its id only where the scope reaches it', async () => {
  const id = '00000000-0000-7000-8000-000000000007';
  const scope = {
    everywhere: false,
    projectIds: [],
    ownProjectIds: [bed.projectId],
    userId: bed.caller.userId,
  };
  const other = '00000000-0000-7000-8000-0000000000ff';
  assert.equal((await reader.findRun(scope, id))?.id, id);
  assert.equal(await reader.findRun({ ...scope, userId: other }, id), undefined);
  assert.equal(await reader.findRun({ ...scope, ownProjectIds: [other] }, id), undefined);
  assert.equal((await reader.findRun({ ...scope, projectIds: [bed.projectId], userId: other }, id))?.id, id);
});
