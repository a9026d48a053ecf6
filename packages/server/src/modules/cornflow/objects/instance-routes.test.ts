import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createObjectsBed, type Id, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const upload = (data = '{"rows":[]}', schema = 'echo') =>
  bed.planner(
    'POST',
    '/instance/',
    `{"name":"one","description":"first","schema":"${schema}","data":${data}}`,
  );

describe('an instance', () => {
  it('is answered in its seven members and with no executions', async () => {
    const { status, json } = await upload();
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(json), [
      'id',
      'name',
      'description',
      'created_at',
      'user_id',
      'data_hash',
      'schema',
      'executions',
    ]);
    assert.match(String(json.id), /^[0-9a-f]{40}$/);
    assert.match(json.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/);
    assert.deepEqual([json.name, json.user_id, json.schema, json.executions], ['one', 1, 'echo', []]);
  });

  it('comes back with its numbers and its order as they were sent', async () => {
    const data = '{"z":1.0,"a":[1e5,-0,12345678901234567890,NaN],"k":"é"}';
    const { json } = await upload(data);
    const { status, text } = await bed.planner('GET', `/instance/${json.id}/data/`);
    assert.equal(status, 200);
    assert.ok(text.endsWith(`"data":${data},"checks":null}`), text);
  });

  it('of a megabyte comes back byte by byte, with what is not ASCII in it', async () => {
    const row = '{"name":"São Paulo 😀","value":1.0}';
    const data = `{"many":[${Array.from({ length: 25_000 }, () => row).join(',')}]}`;
    const { json } = await upload(data);
    const { status, text } = await bed.planner('GET', `/instance/${json.id}/data/`);
    assert.equal(status, 200);
    assert.ok(text.startsWith(`{"id":"${json.id}","name":"one",`));
    assert.ok(text.endsWith(`,"data":${data},"checks":null}`));
    const packed = await fetch(`${bed.url}/instance/${json.id}/data/`, {
      headers: { authorization: 'Bearer planner', 'accept-encoding': 'gzip, deflate' },
    });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    assert.ok((await packed.text()) === text);
    const unpacked = await fetch(`${bed.url}/instance/${json.id}/data/`, {
      headers: { authorization: 'Bearer planner', 'accept-encoding': 'identity' },
    });
    assert.equal(unpacked.headers.get('content-encoding'), null);
    assert.ok((await unpacked.text()) === text);
  });

  it('has the hash that Python would have, and another once its data changed', async () => {
    const { json } = await upload('{"b":1.0,"a":1e5}');
    assert.equal(json.data_hash, '53eac9febfd851cd16f6994b8798aa63974913ca92ff72001ea43277b6ebb3ad');
    const put = await bed.planner('PUT', `/instance/${json.id}/`, { data: { a: 1 } });
    assert.deepEqual([put.status, put.json], [200, { message: 'Updated correctly' }]);
    const changed = await bed.planner('GET', `/instance/${json.id}/`);
    assert.equal(changed.json.data_hash, '015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
  });

  it('packed with gzip is the same as without', async () => {
    const body = gzipSync('{"name":"packed","schema":"echo","data":{"x":1.50}}');
    const response = await fetch(`${bed.url}/instance/`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer planner',
        'content-encoding': 'gzip',
        'content-type': 'application/json',
      },
      body,
    });
    assert.equal(response.status, 201);
  });

  it('stays with its owner when an administrator changes it', async () => {
    const { json } = await upload();
    await bed.admin('PUT', `/instance/${json.id}/`, { name: 'renamed' });
    const { json: seen } = await bed.planner('GET', `/instance/${json.id}/`);
    assert.deepEqual([seen.name, seen.user_id], ['renamed', 1]);
  });

  it('of somebody else is not there, nor is one that never was', async () => {
    const { json } = await upload();
    const missing = { error: 'The data entity does not exist on the database' };
    for (const [method, path] of [
      ['GET', `/instance/${json.id}/`],
      ['PUT', `/instance/${json.id}/`],
      ['DELETE', `/instance/${json.id}/`],
      ['GET', `/instance/${json.id}/data/`],
      ['PUT', '/instance/none/'],
      ['GET', '/instance/%00/'],
    ] as const) {
      const answer = await bed.otherPlanner(method, path, method === 'PUT' ? {} : undefined);
      assert.deepEqual([answer.status, answer.json], [404, missing], path);
    }
  });

  it('that is deleted is gone', async () => {
    const { json } = await upload();
    const gone = await bed.planner('DELETE', `/instance/${json.id}/`);
    assert.deepEqual([gone.status, gone.json], [200, { message: 'The object has been deleted' }]);
    assert.equal((await bed.planner('GET', `/instance/${json.id}/`)).status, 404);
  });
});

describe('an upload is refused', () => {
  const refused = async (body: string | object, status: number, error: string) => {
    const answer = await bed.planner('POST', '/instance/', body);
    assert.deepEqual([answer.status, answer.json.error], [status, error]);
  };

  it('where fields are missing, null or unknown', async () => {
    await refused(
      {},
      400,
      "{'json': {'name': ['Missing data for required field.'], 'data': ['Missing data for required field.']}}",
    );
    await refused(
      { name: 'x', data: null, schema: null, more: 1 },
      400,
      "{'json': {'data': ['Field may not be null.'], 'schema': ['Field may not be null.'], 'more': ['Unknown field.']}}",
    );
  });
  it('under a name that is longer than lists should carry', async () => {
    await refused(
      { name: 'x'.repeat(257), data: {}, schema: 'echo' },
      400,
      "{'json': {'name': ['Longer than maximum length 256.']}}",
    );
  });
  it('for an app that is not there', async () => {
    await refused(
      { name: 'x', data: {}, schema: 'nope' },
      404,
      'The DAG nope does not exist in the database.',
    );
  });
  it('for data that its schema does not allow, and for an app that is not for them', async () => {
    const answer = await upload('{"rows":[{}]}');
    assert.deepEqual([answer.status, answer.json.error], [400, 'The data sent is not valid']);
    assert.match(answer.json.jsonschema_errors[0] ?? '', /id/);
    bed.forbid('echo');
    assert.equal((await upload()).status, 403);
    bed.forbid(undefined);
  });
});

describe('the list of instances', () => {
  it('has ten unless asked otherwise, newest first, those of one schema and one time', async () => {
    const ids: Id[] = [];
    for (let count = 0; count < 11; count += 1) ids.push((await upload()).json.id);
    const listed = async (query = '') =>
      (await bed.planner('GET', `/instance/${query}`)).list.map(({ id }) => id);
    assert.deepEqual(await listed(), ids.toReversed().slice(0, 10));
    assert.deepEqual(await listed('?limit=2&offset=1&unknown=1'), ids.toReversed().slice(1, 3));
    assert.deepEqual(await listed('?limit=0'), []);
    assert.deepEqual(await listed('?schema=other'), []);
    const { created_at: time } = (await bed.planner('GET', `/instance/${ids[5]}/`)).json;
    assert.ok((await listed(`?creation_date_gte=${time}&limit=100`)).includes(ids[5] ?? ''));
    assert.ok(
      !(await listed(`?creation_date_gte=${time.replace('000', '001')}&limit=100`)).includes(ids[5] ?? ''),
    );
    assert.ok((await listed(`?update_date_lte=${time}&limit=100`)).includes(ids[5] ?? ''));
    assert.deepEqual(await listed('?deletion_date_lte=2999-01-01T00:00:00'), []);
    assert.deepEqual((await bed.otherPlanner('GET', '/instance/')).json, []);
  });

  it('is refused for dates that are none, and for filters that nothing can be filtered by', async () => {
    const date = await bed.planner('GET', '/instance/?creation_date_gte=2026-01-01');
    assert.deepEqual(date.json, { error: "{'query': {'creation_date_gte': ['Not a valid datetime.']}}" });
    const name = await bed.planner('GET', '/instance/?name=one');
    assert.deepEqual([name.status, name.json], [400, { error: "{'query': {'name': ['Unknown field.']}}" }]);
  });
});
