import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createObjectsBed, type Client, type Id, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const upload = async (data: string, client: Client = bed.planner): Promise<Id> =>
  (await client('POST', '/instance/', `{"name":"one","schema":"echo","data":${data}}`)).json.id;
const solvable = '{"answer":{"x":1.0,"indicators":{"b":2,"a":"one"}},"end":1}';
const hanging = '{"do":"hang"}';

const execute = async (data = solvable, config: object = {}, query = '') => {
  const instance = await upload(data);
  const body = { name: 'try', description: 'd', schema: 'echo', instance_id: instance, config };
  return { instance, answer: await bed.planner('POST', `/execution/${query}`, body) };
};

describe('an execution', () => {
  it('is queued at first, with the defaults of its configuration, and is solved by itself', async () => {
    const { instance, answer } = await execute(solvable, { timeLimit: 7.5 });
    assert.equal(answer.status, 201);
    assert.deepEqual(Object.keys(answer.json), [
      'id',
      'name',
      'description',
      'created_at',
      'user_id',
      'data_hash',
      'schema',
      'config',
      'instance_id',
      'state',
      'message',
    ]);
    const { id, state, message, config, instance_id } = answer.json;
    assert.deepEqual([state, message], [-7, 'The execution is currently queued.']);
    assert.deepEqual([config, instance_id], [{ timeLimit: 7.5, solver: 'echo' }, instance]);

    const ended = await bed.ended(id);
    assert.deepEqual(ended.json, {
      id,
      state: 1,
      message: 'The execution has been solved correctly.',
      data_hash: ended.json.data_hash,
    });
    assert.notEqual(ended.json.data_hash, answer.json.data_hash);
    const data = await bed.planner('GET', `/execution/${id}/data/`);
    assert.ok(data.text.includes('"data":{"x":1.0,"indicators":{"b":2,"a":"one"}},"checks":null,"kpis":{'));
    assert.deepEqual(data.json.log, { status: 'Optimal', status_code: 1, sol_code: 2 });

    const detail = await bed.planner('GET', `/execution/${id}/`);
    assert.deepEqual(Object.keys(detail.json).slice(11), [
      'indicators',
      'updated_at',
      'username',
      'first_name',
      'last_name',
    ]);
    assert.equal(detail.json.indicators, 'a: one; b: 2');
    const log = await bed.planner('GET', `/execution/${id}/log/`);
    assert.deepEqual([log.json.log['solver'], log.json.log['time']], ['echo', 0.1]);
    assert.match(log.json.log_text, /task solve for 7.5 s/);
    const [listed] = (await bed.planner('GET', '/execution/?limit=1')).list;
    assert.deepEqual([listed?.id, listed?.log['status_code'], listed?.username], [id, 1, 'planner']);
    assert.equal(listed?.indicators, undefined);
    const { executions } = (await bed.planner('GET', `/instance/${instance}/`)).json;
    assert.deepEqual(
      executions.map((each) => each.id),
      [id],
    );
  });

  it('with run=0 is kept, its configuration unchecked, until it is relaunched', async () => {
    const { answer } = await execute(solvable, { timeLimit: 'soon', odd: 1.5 }, '?run=0');
    const { id, state, config } = answer.json;
    assert.deepEqual([answer.status, state, config], [201, -4, { timeLimit: 'soon', odd: 1.5 }]);
    const refused = await bed.planner('POST', `/execution/${id}/relaunch/`, { config: { odder: 1 } });
    assert.deepEqual(
      [refused.status, refused.json.error],
      [400, "{'json': {'config': {'odder': ['Unknown field.']}}}"],
    );
    const kept = await bed.planner('POST', `/execution/${id}/relaunch/?run=0`, { config: { timeLimit: 5 } });
    assert.equal(kept.json.message, 'The execution was set for relaunch but was not launched');
    const again = await bed.planner('POST', `/execution/${id}/relaunch/`, { config: { timeLimit: 9 } });
    assert.deepEqual([again.status, again.json.message], [201, 'The execution was relaunched correctly']);
    assert.equal((await bed.ended(id)).json.state, 1);
    const { config: last } = (await bed.planner('GET', `/execution/${id}/`)).json;
    assert.deepEqual(last, { timeLimit: 9, solver: 'echo' });
  });

  it('is stopped once and stays so; while it runs it is not relaunched, and its configuration stays', async () => {
    const { answer } = await execute(hanging, { timeLimit: 50 });
    const { id } = answer.json;
    const refused = await bed.planner('POST', `/execution/${id}/relaunch/`, { config: { timeLimit: 1 } });
    assert.deepEqual([refused.status, refused.json.error], [400, 'This execution is still running']);
    for (let time = 0; time < 2; time += 1) {
      const stopped = await bed.planner('POST', `/execution/${id}/`);
      assert.deepEqual([stopped.status, stopped.json], [200, { message: 'The execution has been stopped' }]);
    }
    const { state, config } = (await bed.planner('GET', `/execution/${id}/`)).json;
    assert.deepEqual([state, config['timeLimit']], [-2, 50]);
  });

  it('that has ended is not stopped', async () => {
    const { id } = (await execute()).answer.json;
    await bed.ended(id);
    assert.equal((await bed.planner('POST', `/execution/${id}/`)).status, 400);
    assert.equal((await bed.planner('GET', `/execution/${id}/status/`)).json.state, 1);
  });

  it('is changed: a new solution has its own hash and indicators, and no checks', async () => {
    const { id } = (await execute()).answer.json;
    await bed.ended(id);
    const edit = { name: 'better', data: { indicators: { cost: 5 } } };
    const put = await bed.planner('PUT', `/execution/${id}/`, edit);
    assert.deepEqual([put.status, put.json], [200, { message: 'Updated correctly' }]);
    const { name, indicators, data_hash: hash } = (await bed.planner('GET', `/execution/${id}/`)).json;
    assert.deepEqual([name, indicators], ['better', 'cost: 5']);
    assert.equal(hash, '02894b0e4faa256b46e3961cf75ebfcfceba7dc826ebd4db13fd1df76426f362');
    const { kpis } = (await bed.planner('GET', `/execution/${id}/data/`)).json;
    assert.equal(kpis, null);
  });

  it('is seen by those who may see everything, who change nothing of it but where they may', async () => {
    const { id } = (await execute(solvable, {}, '?run=0')).answer.json;
    assert.equal((await bed.viewer('GET', `/execution/${id}/`)).json.user_id, 1);
    assert.equal((await bed.viewer('PUT', `/execution/${id}/`, { name: 'x' })).status, 403);
    assert.equal((await bed.otherPlanner('GET', `/execution/${id}/`)).status, 404);
    assert.equal((await bed.admin('PUT', `/execution/${id}/`, { name: 'x' })).status, 200);
    const { name, user_id: owner } = (await bed.planner('GET', `/execution/${id}/`)).json;
    assert.deepEqual([name, owner], ['x', 1]);
  });

  it('moves to another instance of its app, and to no other', async () => {
    const { id } = (await execute(solvable, {}, '?run=0')).answer.json;
    const other = await upload('{"other":1}');
    assert.equal((await bed.planner('PUT', `/execution/${id}/`, { instance_id: other })).status, 200);
    assert.equal((await bed.planner('GET', `/execution/${id}/`)).json.instance_id, other);
    const none = await bed.planner('PUT', `/execution/${id}/`, { instance_id: '0'.repeat(40) });
    assert.equal(none.status, 404);
  });

  it('that is deleted while it runs is gone', async () => {
    const { id } = (await execute(hanging)).answer.json;
    assert.equal((await bed.planner('DELETE', `/execution/${id}/`)).status, 200);
    assert.equal((await bed.planner('GET', `/execution/${id}/status/`)).status, 404);
  });

  it('is refused on what is not there, not theirs, of another schema, or configured wrongly', async () => {
    const create = async (client: Client, edit: object) => {
      const body = { name: 'x', schema: 'echo', instance_id: instance, config: {}, ...edit };
      const { status, json } = await client('POST', '/execution/', body);
      return [status, json.error];
    };
    const instance = await upload(solvable);
    const missing = [404, 'The data entity does not exist on the database'];
    assert.deepEqual(await create(bed.planner, { instance_id: '0'.repeat(40) }), missing);
    assert.deepEqual(await create(bed.planner, { instance_id: 'x' }), missing);
    const foreign = [403, 'You have no permission to access the required object'];
    assert.deepEqual(await create(bed.admin, {}), foreign);
    assert.deepEqual(await create(bed.otherPlanner, {}), foreign);
    assert.deepEqual(await create(bed.planner, { schema: 'timer' }), [
      400,
      'Instance and execution schema mismatch',
    ]);
    assert.deepEqual(await create(bed.planner, { config: { timeLimit: 'x' } }), [
      400,
      'The data sent is not valid',
    ]);
    assert.deepEqual((await bed.planner('GET', `/instance/${instance}/`)).json.executions, []);
  });

  it('of nobody answers 404 to every question', async () => {
    const id = '0'.repeat(40);
    for (const [method, path, body] of [
      ['GET', '', undefined],
      ['PUT', '', {}],
      ['POST', '', undefined],
      ['DELETE', '', undefined],
      ['GET', 'status/', undefined],
      ['PUT', 'status/', { status: 0 }],
      ['GET', 'data/', undefined],
      ['GET', 'log/', undefined],
      ['POST', 'relaunch/', { config: {} }],
    ] as const) {
      const answer = await bed.planner(method, `/execution/${id}/${path}`, body);
      assert.equal(answer.status, 404, `${method} ${path}`);
    }
  });
});
