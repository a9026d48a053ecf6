import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createCornflowBed, type CornflowBed } from '../cornflow-test-kit.ts';

let bed: CornflowBed;
before(async () => {
  bed = await createCornflowBed({ environment: { DUMONT_CORNFLOW_PORT: '0' } });
});
after(() => bed[Symbol.asyncDispose]());

test('anyone may ask how we are', async () => {
  const answer = await bed.stranger.ask('GET', '/health/');
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.json), ['cornflow_status', 'backend_status', 'cornflow_version']);
  assert.equal(answer.json.cornflow_status, 'healthy');
});

test('licences name what we are made of', async () => {
  const answer = await bed.people.planner.ask('GET', '/licences/');
  const fastify = answer.rows.find(({ library }) => library === 'fastify');
  assert.ok(fastify);
  assert.equal(fastify.license, 'MIT');
  assert.deepEqual(Object.keys(fastify).toSorted(), [
    'author',
    'description',
    'home page',
    'library',
    'license',
    'version',
  ]);
});

test('every table is readable, in pages, and none has a password', async () => {
  const { service } = bed.people;
  for (const name of [
    'users',
    'roles',
    'user_role',
    'actions',
    'api_view',
    'permission_view',
    'deployed_workflows',
    'permission_dag',
    'instances',
    'executions',
    'cases',
    'alarms',
    'main_alarms',
  ]) {
    const answer = await service.ask('GET', `/table/${name}/?creation_date_gte=2020-01-01T00:00:00`);
    assert.equal(answer.status, 200, `${name}: ${answer.text}`);
    assert.ok(Array.isArray(answer.rows));
    assert.doesNotMatch(answer.text, /argon2|"password/);
  }
  const users = (await service.ask('GET', '/table/users/?limit=2')).rows;
  assert.equal(users.length, 2);
  const [first] = users;
  assert.ok(first);
  assert.match(first.created_at, /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/);
  const one = await service.ask('GET', `/table/users/${first.id}/`);
  assert.deepEqual(one.json, first);
  assert.equal((await service.ask('GET', '/table/users/999999/')).status, 404);
  assert.equal((await service.ask('GET', '/table/sessions/')).status, 404);
  assert.equal((await service.ask('GET', '/table/constructor/')).status, 404);
  const wrong = await service.ask('GET', "/table/users/1'--/");
  assert.deepEqual([wrong.status, wrong.json.error], [400, 'Invalid identifier.']);
});

test('alarms are kept, changed, and marked when they go', async () => {
  const { planner, viewer } = bed.people;
  const made = await planner.ask('POST', '/alarms/', {
    name: 'late',
    criticality: 1.5,
    description: 'a truck',
  });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.json.criticality, 1.5);
  const { id } = made.json;
  assert.equal((await planner.ask('PUT', `/alarms/${id}/`, { name: 'later' })).status, 200);
  assert.equal((await viewer.ask('GET', `/alarms/${id}/`)).json.name, 'later');
  assert.equal((await viewer.ask('GET', '/alarms/?criticality=1.5')).rows.length, 1);
  assert.equal((await viewer.ask('GET', '/alarms/?criticality=2')).rows.length, 0);
  const main = await planner.ask('POST', '/main-alarms/', { id_alarm: id, criticality: 2, message: 'now' });
  assert.equal(main.status, 201, main.text);
  assert.equal((await viewer.ask('GET', `/main-alarms/?id_alarm=${id}`)).rows.length, 1);
  const gone = await planner.ask('DELETE', `/alarms/${id}/`);
  assert.deepEqual([gone.status, gone.json], [200, { message: 'Object marked as disabled' }]);
  const missing = await viewer.ask('GET', `/alarms/${id}/`);
  assert.deepEqual([missing.status, missing.json], [404, { error: `Object with id ${id} not found.` }]);
  assert.equal(
    (await planner.ask('POST', '/main-alarms/', { id_alarm: 99_999, criticality: 2, message: 'now' })).status,
    404,
  );
});

test('the door has a root of its own where a port is set for it, and answers JSON to everything', async () => {
  const line = bed.app.logLines.find((each) => each.includes('the Cornflow door is open'));
  assert.ok(line);
  const { url } = JSON.parse(line) as { url: string };
  const health = await fetch(`${url}//health`, { headers: { 'content-encoding': 'br' } });
  assert.equal(health.status, 200);
  for (const path of ['/', '/nowhere/', '/%ff/', '/api/v1/users']) {
    const answer = await fetch(url + path);
    assert.equal(answer.status, 404, path);
    assert.ok(await answer.json());
  }
});

test('swagger leads to our documents', async () => {
  const answer = await bed.stranger.ask('GET', '/swagger/');
  assert.deepEqual([answer.status, answer.headers.get('location')], [302, '/docs']);
});

/** Values that no kind of field takes, but JSON, which is anything; and what each is answered. */
const faultOf: Readonly<Record<string, string | undefined>> = {
  string: 'Not a valid string.',
  integer: 'Not a valid integer.',
  number: 'Not a valid number.',
  boolean: 'Not a valid boolean.',
  json: undefined,
};

test('fields that a resource is described with are those that its routes read', async () => {
  const { rows } = await bed.people.planner.ask('GET', '/meta_resource/');
  const wrong: string[] = [];
  let asked = 0;
  for (const { url_rule: rule, methods } of rows) {
    for (const { method, roles, fields, takes_file: isForm } of methods) {
      if (isForm || method === 'GET') continue;
      const path = rule.replaceAll(/<int:\w+>/g, '999999').replaceAll(/<string:\w+>/g, 'f'.repeat(40));
      const client = bed.people[roles[0] ?? 'dummy'];
      if (fields === null) {
        const { text } = await client.ask(method, path, { 'no such field': 1 });
        if (text.includes('Unknown field.')) wrong.push(`${method} ${rule} reads a body: ${text}`);
        continue;
      }
      const given = Object.fromEntries(fields.map(({ name }) => [name, {}]));
      const answer = await client.ask(method, path, { ...given, 'no such field': 1 });
      const expected = fields
        .filter(({ type }) => faultOf[type] !== undefined)
        .map(({ name, type }) => `'${name}': ['${faultOf[type]}']`);
      const refused = `{'json': {${[...expected, "'no such field': ['Unknown field.']"].join(', ')}}}`;
      if (answer.status !== 400 || answer.json.error !== refused)
        wrong.push(`${method} ${rule}: ${answer.text}, not ${refused}`);
      const missing = fields.filter(({ required }) => required).map(({ name }) => name);
      const empty = await client.ask(method, path, {});
      const told = [...empty.text.matchAll(/'(\w+)': \['Missing data for required field.'\]/g)];
      if (missing.length > 0 && told.map(([, name]) => name).join() !== missing.join())
        wrong.push(`${method} ${rule} without ${missing.join()}: ${empty.text}`);
      asked += 1;
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 25, `only ${asked} were asked`);
});

test('a resource is described with its parameters, its query, and what may be null', async () => {
  const { rows } = await bed.people.viewer.ask('GET', '/meta_resource/');
  const find = (name: string) => rows.find((row) => row.name === name);
  assert.deepEqual(find('case-compare')?.parameters, [
    { name: 'idx1', type: 'integer' },
    { name: 'idx2', type: 'integer' },
  ]);
  const list = find('execution')?.methods.find(({ method }) => method === 'GET');
  assert.equal(list?.fields, null);
  assert.deepEqual(
    list?.query.find(({ name }) => name === 'creation_date_gte'),
    { name: 'creation_date_gte', type: 'datetime', required: false, nullable: false },
  );
  assert.ok(list?.query.some(({ name }) => name === 'checks_and_kpis'));
  const create = find('case')?.methods.find(({ method }) => method === 'POST');
  assert.deepEqual(
    create?.fields?.filter(({ name }) => ['name', 'parent_id', 'data'].includes(name)),
    [
      { name: 'name', type: 'string', required: true, nullable: false },
      { name: 'parent_id', type: 'integer', required: false, nullable: true },
      { name: 'data', type: 'json', required: false, nullable: false },
    ],
  );
  const upload = find('instance-file')?.methods[0];
  assert.deepEqual(
    [upload?.takes_file, upload?.fields?.map(({ name }) => name)],
    [true, ['name', 'description', 'minimize']],
  );
});
