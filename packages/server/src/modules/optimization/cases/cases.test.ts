import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { AppError } from '../../../kernel/errors.ts';
import { unpack } from '../../../kernel/packed/packed.ts';
import { createOptimizationBed, type OptimizationBed } from '../test-kit.ts';
import type { NewCaseRequest } from './cases.ts';

let bed: OptimizationBed;
before(async () => {
  bed = await createOptimizationBed();
});
after(() => bed[Symbol.asyncDispose]());

const refusedAs = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
const add = (request: Partial<NewCaseRequest> = {}) =>
  bed.optimization.api.cases.create(bed.caller, {
    app: 'echo',
    name: 'case',
    description: '',
    parent: undefined,
    ...request,
  });
const documentsOf = async (id: string) => {
  const row = await bed.optimization.api.cases.getPacked(bed.caller, { id });
  return {
    ...row,
    data: row.data && (await unpack(row.data)),
    solution: row.solution && (await unpack(row.solution)),
  };
};
const pathOf = async (id: string) => (await bed.optimization.api.stores.cases.pathsOf([id])).get(id);

it('folders hold cases and folders, and a case holds none', async () => {
  const top = await add();
  const inner = await add({ parent: { id: top.id } });
  const leaf = await add({ parent: { number: inner.number }, data: '{}' });
  assert.deepEqual(await pathOf(leaf.id), [top.number, inner.number]);
  assert.deepEqual(await pathOf(top.id), []);
  await assert.rejects(add({ parent: { id: leaf.id } }), refusedAs('optimization.not_a_folder'));
});

it('a folder moves with what is in it, and never into itself', async () => {
  const { cases } = bed.optimization.api;
  const [a, b] = [await add(), await add()];
  const inside = await add({ parent: { id: a.id }, data: '{}' });
  const below = await add({ parent: { id: a.id } });
  await cases.update(bed.caller, { id: a.id }, { parent: { id: b.id } });
  assert.deepEqual(await pathOf(inside.id), [b.number, a.number]);
  for (const parent of [a, below])
    await assert.rejects(
      cases.update(bed.caller, { id: a.id }, { parent: { id: parent.id } }),
      refusedAs('optimization.into_itself'),
    );
  await Promise.allSettled([
    cases.update(bed.caller, { id: b.id }, { parent: { id: below.id } }),
    cases.update(bed.caller, { id: below.id }, { parent: { id: b.id } }),
  ]);
  assert.ok((await pathOf(inside.id)) !== undefined, 'there is a way to the top');
  await cases.delete(bed.caller, { id: b.id });
  await assert.rejects(cases.get(bed.caller, { id: inside.id }), refusedAs('optimization.case_not_found'));
});

it('a patch changes what it names, keeps every other number as it is written, and renews the hash', async () => {
  const { cases } = bed.optimization.api;
  const before_ = await add({ data: '{"rows":[{"id":1.0}],"x":1e5}', checks: '{"old":[]}' });
  await cases.patch(
    bed.caller,
    { id: before_.id },
    { data: '[{"op":"add","path":"/rows/1","value":{"id":2.50}}]' },
  );
  const patched = await documentsOf(before_.id);
  assert.equal(patched.checks, null);
  assert.notEqual(patched.data_hash, before_.data_hash);
  assert.match(patched.data ?? '', /1\.0.*2\.50.*1e5/);
  await assert.rejects(
    cases.patch(
      bed.caller,
      { id: before_.id },
      { data: '[{"op":"add","path":"/rows/1","value":{"name":1}}]' },
    ),
    refusedAs('optimization.schema'),
  );
});

it('of patches that come at the same time none is lost', async () => {
  const { cases } = bed.optimization.api;
  const { id } = await add({ data: '{"rows":[]}', solution: '{"x":[]}' });
  const numbers = [1, 2, 3, 4, 5, 6];
  await Promise.all(
    numbers.map(async (number) =>
      cases.patch(
        bed.caller,
        { id },
        number % 2 === 0
          ? { data: `[{"op":"add","path":"/rows/-","value":{"id":${number}}}]` }
          : { solution: `[{"op":"add","path":"/x/-","value":${number}}]` },
      ),
    ),
  );
  const { data, solution } = await documentsOf(id);
  const { rows } = JSON.parse(data ?? '') as { rows: { id: number }[] };
  const { x } = JSON.parse(solution ?? '') as { x: number[] };
  assert.deepEqual(
    [...rows.map((row) => row.id), ...x].toSorted((a, b) => a - b),
    numbers,
  );
});

it('two cases are compared by what turns one into the other', async () => {
  const { cases } = bed.optimization.api;
  const one = await add({ data: '{"rows":[{"id":1}],"x":1}' });
  const other = await add({ data: '{"rows":[{"id":1},{"id":2}],"x":2}', solution: '{"y":3}' });
  const { data, solution } = await cases.compare(
    bed.caller,
    { id: one.id },
    { id: other.id },
    { data: true, solution: true },
  );
  await cases.patch(bed.caller, { id: one.id }, { data });
  assert.equal((await cases.get(bed.caller, { id: one.id })).data_hash, other.data_hash);
  assert.deepEqual(JSON.parse(solution ?? ''), [{ op: 'replace', path: '', value: { y: 3 } }]);
});

it('large ones are patched and compared beside the event loop', async () => {
  const { cases } = bed.optimization.api;
  const dataOf = (last: number) => `{"rows":[${'{"id":1,"w":1.0},'.repeat(200_000)}{"id":${last}}]}`;
  const [one, other] = [await add({ data: dataOf(2) }), await add({ data: dataOf(3) })];
  let turns = 0;
  const counting = setInterval(() => {
    turns += 1;
  }, 5);
  try {
    const both = { data: true, solution: true };
    const { data, solution } = await cases.compare(bed.caller, { id: one.id }, { id: other.id }, both);
    assert.deepEqual([data, solution], ['[{"op":"replace","path":"/rows/200000/id","value":3}]', '[]']);
    const ofComparison = turns;
    await cases.patch(bed.caller, { id: one.id }, { data });
    // Here the work would take all turns but the first and the last.
    assert.ok(Math.min(ofComparison, turns - ofComparison) > 5, `${ofComparison} and ${turns} turns`);
  } finally {
    clearInterval(counting);
  }
  assert.equal((await documentsOf(one.id)).data, dataOf(3));
  await assert.rejects(
    cases.patch(bed.caller, { id: one.id }, { data: '[{"op":"remove","path":"/none"}]' }),
    refusedAs('optimization.document'),
  );
});

it('a case is kept of an execution with everything that is known of it', async () => {
  const { instances, executions, cases } = bed.optimization.api;
  const instance = await instances.create(bed.caller, {
    app: 'echo',
    name: 'one',
    description: '',
    data: '{"checks":{"t":[{"r":1}]},"answer":{"z":1.0},"end":1}',
  });
  const { id } = await executions.create(bed.caller, {
    instance: { id: instance.id },
    name: 'x',
    description: '',
    config: '{}',
    task: 'solve',
    start: true,
  });
  await bed.ended(id);
  const made = await cases.createFrom(
    bed.caller,
    { execution: { id } },
    { app: 'echo', name: 'kept', description: '', parent: undefined },
  );
  const { data, checks, solution, kpis } = await documentsOf(made.id);
  assert.equal(solution, '{"z":1.0}');
  assert.match(data ?? '', /"answer"/);
  assert.deepEqual(
    [checks, kpis].map((text) => JSON.parse(text ?? '') as unknown),
    [{ t: [{ r: 1 }] }, { figures: [{ value: 1 }] }],
  );
});
