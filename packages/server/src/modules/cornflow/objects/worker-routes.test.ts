import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { waitFor } from '../../../../test/wait.ts';
import { systemScope } from '../../../kernel/access/caller.ts';
import { createObjectsBed, type Client, type Id, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const instanceOf = async (data: string): Promise<Id> =>
  (await bed.planner('POST', '/instance/', `{"name":"one","schema":"echo","data":${data}}`)).json.id;
const executionOf = async (data: string, query = '?run=0'): Promise<Id> => {
  const body = { name: 'try', schema: 'echo', instance_id: await instanceOf(data), config: { timeLimit: 5 } };
  return (await bed.planner('POST', `/execution/${query}`, body)).json.id;
};
const refusal = async (client: Client, ...request: Parameters<Client>) => {
  const { status, json } = await client(...request);
  return [status, json.error];
};

describe('a worker', () => {
  it('signs in, takes the data, says that it runs, and writes what it found', async () => {
    const login = await bed.service('POST', '/login/', { username: 'service', password: 'x' });
    assert.equal(login.json.token, 'service');
    const id = await executionOf('{"do":"hang","a":1.0}', '');
    const task = await bed.service('GET', `/dag/${id}/`);
    assert.match(
      task.text,
      /^\{"id":"[0-9a-f]{40}","data":\{"do":"hang","a":1\.0\},"solution_data":null,"config":\{/,
    );
    assert.deepEqual(task.json.config, { timeLimit: 5, solver: 'echo' });
    const status = await bed.service('PUT', `/execution/${id}/status/`, { status: 0 });
    assert.deepEqual([status.status, status.json], [200, { message: `execution ${id} updated correctly` }]);
    const put = await bed.service(
      'PUT',
      `/dag/${id}/`,
      '{"state":1,"log_json":{"status":"Optimal","status_code":1,"sol_code":2,"gap":NaN,"odd":1},' +
        '"log_text":"done\\u0000","solution_schema":"echo","data":{"x":1.0},"checks":{"t":[1e5]},"kpis":{"k":2.0}}',
    );
    assert.deepEqual([put.status, put.json], [200, { message: 'results successfully saved' }]);
    await bed.service('PUT', `/dag/instance/${task.json.id}/`, { checks: { a: [1] } });

    const solution = await bed.planner('GET', `/execution/${id}/data/`);
    assert.ok(
      solution.text.includes('"data":{"x":1.0},"checks":{"t":[1e5]},"kpis":{"k":2.0}'),
      solution.text,
    );
    assert.deepEqual([solution.json.state, solution.json.user_id], [1, 1]);
    const { log, log_text: text } = (await bed.planner('GET', `/execution/${id}/log/`)).json;
    assert.deepEqual(log, { status: 'Optimal', status_code: 1, sol_code: 2, gap: null });
    assert.equal(text, 'done\uFFFD');
    const checks = (await bed.planner('GET', `/instance/${task.json.id}/data/`)).json.checks;
    assert.deepEqual(checks, { a: [1] });
    // What it answered is not taken away by a late word.
    await bed.service('PUT', `/execution/${id}/status/`, { status: -1 });
    assert.equal((await bed.planner('GET', `/execution/${id}/status/`)).json.state, 1);
  });

  it('keeps what it wrote when the run that it was started in ends without an answer', async () => {
    const key = await executionOf('{"do":"hang"}', '');
    const { executions } = bed.optimization.optimization.api.stores;
    const { api } = bed.optimization.runs.runs;
    const runId = await waitFor('the run', async () => {
      const row = await executions.find(systemScope, { key: String(key) });
      return row?.run_id ?? undefined;
    });
    await bed.service('PUT', `/dag/${key}/`, { data: { x: 1 } });
    await api.cancelRun(bed.optimization.caller, runId);
    await waitFor('its end', async () => {
      const [run] = await api.listRunsByIds(systemScope, [runId]);
      return run?.state === 'cancelled' ? run : undefined;
    });
    // Whatever would be taken over from the run is, once a later one has been.
    await bed.ended(await executionOf('{"answer":{},"end":1}', ''));
    const stays = await bed.planner('GET', `/execution/${key}/data/`);
    assert.deepEqual([stays.json.state, stays.json.data], [1, { x: 1 }]);
  });

  it('that fails says so', async () => {
    const id = await executionOf('{}');
    await bed.service('PUT', `/dag/${id}/`, { state: -1 });
    const { state, message } = (await bed.planner('GET', `/execution/${id}/status/`)).json;
    assert.deepEqual([state, message], [-1, 'The execution has found an error.']);
  });

  it('is refused for states and solutions that are none, and for executions that are not there', async () => {
    const id = await executionOf('{}');
    assert.deepEqual(await refusal(bed.service, 'PUT', `/dag/${id}/`, { state: 77 }), [
      400,
      'there is no state 77',
    ]);
    assert.deepEqual(await refusal(bed.service, 'PUT', `/dag/${id}/`, { data: [] }), [
      400,
      'The data sent is not valid',
    ]);
    assert.deepEqual(await refusal(bed.service, 'PUT', `/execution/${id}/status/`, {}), [
      400,
      'status code was missing',
    ]);
    assert.deepEqual(await refusal(bed.service, 'PUT', `/execution/${id}/status/`, { status: 9 }), [
      400,
      'there is no status code 9',
    ]);
    const none = '0'.repeat(40);
    assert.deepEqual(await refusal(bed.service, 'GET', `/dag/${none}/`), [
      404,
      'The execution does not exist.',
    ]);
    assert.equal((await bed.service('PUT', `/dag/${none}/`, {})).status, 404);
    assert.equal((await bed.service('PUT', `/dag/instance/${none}/`, { checks: null })).status, 404);
    assert.equal((await bed.service('PUT', '/dag/case/999999/', {})).status, 404);
    assert.equal((await bed.planner('GET', `/dag/${id}/`)).status, 403);
  });

  it('writes what it found of a case', async () => {
    const { id } = (await bed.planner('POST', '/case/', { name: 'c', schema: 'echo', data: {} })).json;
    const found = { checks: { a: 1 }, solution_checks: { b: 1 }, kpis: { c: 1 } };
    assert.equal((await bed.service('PUT', `/dag/case/${id}/`, found)).status, 200);
    const { checks, solution_checks, kpis } = (await bed.planner('GET', `/case/${id}/data/`)).json;
    assert.deepEqual({ checks, solution_checks, kpis }, found);
  });
});

describe('an execution that was solved elsewhere', () => {
  it('is loaded with its solution, checked, for an instance of ones own', async () => {
    const instance = await instanceOf('{}');
    const body = { name: 'm', instance_id: instance, config: {}, schema: 'echo', data: { x: 1 } };
    const loaded = await bed.planner('POST', '/dag/', body);
    assert.deepEqual([loaded.status, loaded.json.state], [201, 2]);
    assert.deepEqual((await bed.planner('GET', `/execution/${loaded.json.id}/data/`)).json.data, { x: 1 });
    assert.equal((await bed.planner('POST', '/dag/', { ...body, data: [] })).status, 400);
    assert.equal((await bed.otherPlanner('POST', '/dag/', body)).status, 403);
    const unknown = { ...body, instance_id: '0'.repeat(40) };
    assert.equal((await bed.planner('POST', '/dag/', unknown)).status, 404);
  });
});

describe('the registry of apps', () => {
  const schemas = {
    instance_schema: { type: 'object' },
    solution_schema: {},
    config_schema: {},
    instance_checks_schema: {},
    solution_checks_schema: {},
    kpis_schema: {},
  };

  it('takes one, shows it, changes it, and its data is checked by it', async () => {
    const made = await bed.service('POST', '/dag/deployed/', { id: 'mine', description: 'd', ...schemas });
    assert.equal(made.status, 201);
    assert.deepEqual(Object.keys(made.json), ['id', 'description', ...Object.keys(schemas)]);
    assert.deepEqual(made.json.instance_schema, { type: 'object' });
    const ids = (await bed.service('GET', '/dag/deployed/')).list.map(({ id }) => id);
    assert.deepEqual(ids, ['echo', 'mine']);
    const upload = async () =>
      (await bed.planner('POST', '/instance/', { name: 'x', schema: 'mine', data: { a: 1 } })).status;
    assert.equal(await upload(), 201);
    const put = await bed.service('PUT', '/dag/deployed/mine/', {
      ...schemas,
      instance_schema: { required: ['b'] },
    });
    assert.deepEqual([put.status, put.json], [200, { message: 'Updated correctly' }]);
    assert.equal(await upload(), 400);
    const names = (await bed.planner('GET', '/schema/')).json;
    assert.deepEqual(names, [{ name: 'echo' }, { name: 'mine' }]);
  });

  it('takes one without a description, for which the Python client sends a null', async () => {
    const made = await bed.service('POST', '/dag/deployed/', { id: 'silent', description: null, ...schemas });
    assert.equal(made.status, 201);
    assert.match(made.text, /"description":""/);
    const put = await bed.service('PUT', '/dag/deployed/silent/', { ...schemas, description: null });
    assert.equal(put.status, 200);
  });

  it('refuses what is there, what is no schema, and names that are none', async () => {
    const post = (edit: object) =>
      refusal(bed.service, 'POST', '/dag/deployed/', { id: 'other', ...schemas, ...edit });
    assert.deepEqual(await post({ id: 'echo' }), [400, 'The object does exist already']);
    assert.equal((await post({ instance_schema: { type: 'no such type' } }))[0], 400);
    assert.equal((await post({ id: '../x' }))[0], 400);
    assert.deepEqual(await post({ kpis_schema: null }), [
      400,
      "{'json': {'kpis_schema': ['Field may not be null.']}}",
    ]);
    assert.equal((await bed.service('PUT', '/dag/deployed/none/', schemas)).status, 404);
    assert.equal((await bed.service('PUT', '/dag/deployed/echo/', schemas)).status, 400);
    assert.equal((await bed.admin('GET', '/dag/deployed/')).status, 403);
  });
});

describe('schemas and examples', () => {
  it('are those of the app as its files have them', async () => {
    const schema = await bed.planner('GET', '/schema/echo/');
    assert.deepEqual(Object.keys(schema.json), [
      'name',
      'instance',
      'solution',
      'config',
      'instance_checks',
      'solution_checks',
      'kpis',
    ]);
    // The app publishes another form of this one.
    assert.deepEqual(schema.json.config, { title: 'as it was' });
    const deployed = (await bed.service('GET', '/dag/deployed/')).list.find(({ id }) => id === 'echo');
    assert.deepEqual(deployed?.config_schema, { title: 'as it was' });
    assert.deepEqual((await bed.planner('GET', '/example/echo/')).json, [
      { name: 'small', description: 'a small one' },
    ]);
    const example = await bed.planner('GET', '/example/echo/small/');
    assert.ok(example.text.includes('"id":1.0'));
  });

  it('of an app that is not there, or not for them, are refused alike', async () => {
    const refused = [403, 'User does not have permission to access this dag'];
    assert.deepEqual(await refusal(bed.planner, 'GET', '/schema/none/'), refused);
    assert.deepEqual(await refusal(bed.planner, 'GET', '/example/none/'), refused);
    assert.deepEqual(await refusal(bed.planner, 'GET', '/example/echo/none/'), [
      404,
      'The example does not exist',
    ]);
    bed.forbid('echo');
    assert.deepEqual(await refusal(bed.planner, 'GET', '/schema/echo/'), refused);
    bed.forbid(undefined);
  });
});
