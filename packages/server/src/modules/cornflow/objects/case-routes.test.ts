import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { hashOfNull } from './forms/common-form.ts';
import { createObjectsBed, type Client, type Id, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const create = async (body: object | string, client: Client = bed.planner) =>
  (await client('POST', '/case/', body)).json;
const folder = (name: string, parent: Id | null = null) =>
  create({ name, schema: 'echo', description: '', parent_id: parent });
const get = async (id: Id) => (await bed.planner('GET', `/case/${id}/`)).json;
const refusal = async (...request: Parameters<Client>) => {
  const { status, json } = await bed.planner(...request);
  return [status, json.error];
};

describe('a case', () => {
  it('has a path of the folders above it, and is a folder without data', async () => {
    const top = await folder('top');
    assert.deepEqual(Object.keys(top), [
      'id',
      'name',
      'description',
      'created_at',
      'updated_at',
      'user_id',
      'data_hash',
      'solution_hash',
      'schema',
      'path',
      'is_dir',
    ]);
    assert.deepEqual(
      [top.path, top.is_dir, top.data_hash, top.solution_hash],
      ['', true, hashOfNull, hashOfNull],
    );
    const inner = await folder('inner', top.id);
    const leaf = await create({ name: 'leaf', schema: 'echo', parent_id: inner.id, data: { a: 1 } });
    assert.deepEqual([inner.path, leaf.path, leaf.is_dir], [`${top.id}/`, `${top.id}/${inner.id}/`, false]);
    assert.deepEqual(await refusal('POST', '/case/', { name: 'x', schema: 'echo', parent_id: leaf.id }), [
      400,
      'Parent cannot be a case',
    ]);
    assert.deepEqual(await refusal('POST', '/case/', { name: 'x', schema: 'echo', parent_id: 2 ** 40 }), [
      404,
      'Parent does not exist',
    ]);
  });

  it('keeps the numbers of its documents, and lists show the indicators of its solution', async () => {
    const documents = '"data":{"a":1.0},"checks":{"t":[]},"solution":{"indicators":{"k":1e5}}';
    const { id } = await create(`{"name":"exact","schema":"echo",${documents}}`);
    const { text } = await bed.planner('GET', `/case/${id}/data/`);
    assert.ok(text.endsWith(`${documents},"solution_checks":null,"kpis":null}`), text);
    const [listed] = (await bed.planner('GET', '/case/?limit=1')).list;
    assert.deepEqual([listed?.id, listed?.indicators], [id, 'k: 100000']);
  });

  it('moves with what is below it, and never into itself', async () => {
    const [a, b] = [await folder('a'), await folder('b')];
    const inner = await folder('inner', a.id);
    const moved = await bed.planner('PUT', `/case/${a.id}/`, { name: 'a2', parent_id: b.id });
    assert.deepEqual([moved.status, moved.json], [200, { message: 'Updated correctly' }]);
    assert.deepEqual([(await get(a.id)).name, (await get(inner.id)).path], ['a2', `${b.id}/${a.id}/`]);
    assert.equal((await bed.planner('PUT', `/case/${b.id}/`, { parent_id: inner.id })).status, 400);
    await bed.planner('PUT', `/case/${a.id}/`, { parent_id: null });
    assert.deepEqual([(await get(a.id)).path, (await get(inner.id)).path], ['', `${a.id}/`]);
    assert.deepEqual(await refusal('PUT', `/case/${a.id}/`, { parent_id: 2_000_000 }), [
      404,
      'The data entity does not exist on the database.',
    ]);
    const answer = await bed.planner('DELETE', `/case/${a.id}/`);
    assert.deepEqual(answer.json, { message: 'The object has been deleted' });
    assert.equal((await bed.planner('GET', `/case/${inner.id}/`)).status, 404);
  });

  it('is patched at both addresses: new hash, no checks, numbers untouched', async () => {
    const { id, data_hash: hash } = await create(
      '{"name":"p","schema":"echo","data":{"keep":1.0,"a":[1]},"checks":{"t":[1]},"kpis":{"k":1}}',
    );
    const patch = { data_patch: [{ op: 'add', path: '/a/-', value: 2 }] };
    for (const path of [`/case/${id}/data/`, `/case/${id}/`]) {
      const answer = await bed.planner('PATCH', path, patch);
      assert.deepEqual([answer.status, answer.json], [200, { message: 'Patched correctly' }]);
    }
    const { text, json } = await bed.planner('GET', `/case/${id}/data/`);
    assert.ok(text.includes('"data":{"keep":1.0,"a":[1,2,2]},"checks":null'), text);
    assert.notEqual(json.data_hash, hash);
    assert.equal(json.kpis, null);
  });

  it('is not patched by what is no patch, or half of one', async () => {
    const { id } = await create({ name: 'p', schema: 'echo', data: { a: 1 } });
    const path = `/case/${id}/data/`;
    const invalid = [400, 'The json patch sent is not valid'];
    for (const operation of [
      { op: 'add', path: '/b' },
      { op: 'replace', path: '/none', value: 1 },
      { op: 'odd', path: '/a', value: 1 },
      { op: 'test', path: '/a', value: 2 },
    ]) {
      const patch = { data_patch: [{ op: 'replace', path: '/a', value: 9 }, operation] };
      assert.deepEqual(await refusal('PATCH', path, patch), invalid, operation.op);
    }
    assert.deepEqual(await refusal('PATCH', path, { data_patch: [{ op: 'move', from: '/a', path: '/b' }] }), [
      400,
      "{'json': {'data_patch': {0: {'from': ['Unknown field.']}}}}",
    ]);
    assert.deepEqual(await refusal('PATCH', path, { solution_patch: [{ path: 1 }] }), [
      400,
      "{'json': {'solution_patch': {0: {'op': ['Missing data for required field.'], 'path': ['Not a valid string.']}}}}",
    ]);
    // What is wrong a hundred thousand times is not said so often.
    const { status, text } = await bed.planner('PATCH', path, `{"data_patch":[${'0,'.repeat(100_000)}0]}`);
    assert.equal(status, 400);
    assert.match(text, /\{0: \{'_schema': \['Invalid input type\.'\]\}, 1:/);
    assert.ok(text.length < 10_000, `${text.length} characters`);
    assert.deepEqual((await bed.planner('GET', path)).json.data, { a: 1 });
  });

  it('stays with its owner when an administrator changes it', async () => {
    const { id } = await create({ name: 'mine', schema: 'echo', data: { a: 1 } });
    const patch = { data_patch: [{ op: 'replace', path: '/a', value: 2 }] };
    assert.equal((await bed.admin('PATCH', `/case/${id}/data/`, patch)).status, 200);
    await bed.admin('PUT', `/case/${id}/`, { name: 'renamed' });
    const { user_id: owner, name } = await get(id);
    assert.deepEqual([owner, name], [1, 'renamed']);
  });

  it('is compared with another in operations that turn it into that', async () => {
    const first = await create('{"name":"1","schema":"echo","data":{"a":1,"b":1.0},"solution":{"s":1}}');
    const second = await create('{"name":"2","schema":"echo","data":{"a":2,"b":1.0},"solution":{"s":1}}');
    const { text } = await bed.planner('GET', `/case/${first.id}/${second.id}/`);
    assert.equal(text, '{"data_patch":[{"op":"replace","path":"/a","value":2}],"solution_patch":[]}');
    const data = await bed.planner('GET', `/case/${first.id}/${second.id}/?solution=False`);
    assert.deepEqual(Object.keys(data.json), ['data_patch']);
    assert.deepEqual(await refusal('GET', `/case/${first.id}/${first.id}/`), [
      400,
      'The case identifiers should be different.',
    ]);
    assert.deepEqual(await refusal('GET', `/case/${first.id}/999999/`), [
      404,
      "You don't have access to the second case or it doesn't exist",
    ]);
  });

  it('is copied, made an instance, and made of an instance or an execution', async () => {
    const source = await create('{"name":"s","schema":"echo","data":{"a":1.0,"answer":{},"end":1}}');
    const copy = await bed.planner('POST', `/case/${source.id}/copy/`);
    assert.deepEqual([copy.status, copy.json.name, copy.json.data_hash], [201, 'Copy_s', source.data_hash]);
    const made = await bed.planner('POST', `/case/${source.id}/instance/`);
    assert.deepEqual([made.status, made.json.schema], [201, 'echo']);
    const instance = (await bed.planner('GET', `/instance/${made.json.id}/`)).json;
    assert.deepEqual([instance.name, instance.data_hash], ['instance_from_s', source.data_hash]);
    const body = { name: 'c', schema: 'echo' };
    const ofInstance = await bed.planner('POST', '/case/instance/', { ...body, instance_id: instance.id });
    assert.deepEqual([ofInstance.status, ofInstance.json.data_hash], [201, source.data_hash]);
    const execution = (
      await bed.planner('POST', '/execution/', { ...body, instance_id: instance.id, config: {} })
    ).json;
    await bed.ended(execution.id);
    const ofExecution = await bed.planner('POST', '/case/instance/', { ...body, execution_id: execution.id });
    const { solution, kpis } = (await bed.planner('GET', `/case/${ofExecution.json.id}/data/`)).json;
    assert.deepEqual([solution, kpis], [{}, { figures: [{ value: 1 }] }]);
    const both = { ...body, instance_id: instance.id, execution_id: execution.id };
    const none = [400, 'You must provide a valid instance_id OR an execution_id'];
    assert.deepEqual(await refusal('POST', '/case/instance/', both), none);
    assert.deepEqual(await refusal('POST', '/case/instance/', body), none);
    assert.deepEqual(await refusal('POST', '/case/instance/', { ...body, instance_id: 'x' }), [
      404,
      'Instance does not exist.',
    ]);
  });

  it('of nobody answers 404, and workers have no business with any', async () => {
    for (const [method, path, body] of [
      ['GET', '/case/999999/', undefined],
      ['PUT', '/case/999999/', {}],
      ['DELETE', '/case/999999999999/', undefined],
      ['PATCH', '/case/999999/data/', {}],
      ['POST', '/case/999999/copy/', undefined],
      ['POST', '/case/999999/instance/', undefined],
    ] as const)
      assert.equal((await bed.planner(method, path, body)).status, 404, `${method} ${path}`);
    assert.equal((await bed.service('GET', '/case/')).status, 403);
  });
});
