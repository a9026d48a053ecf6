import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';
import { createLogger } from '../../../kernel/log.ts';
import { systemClock } from '../../../kernel/clock.ts';
import type { Caller } from '../../../kernel/access/caller.ts';
import { SchemaFaults, TooMuchMemory } from '../../optimization/index.ts';
import { createDocuments } from '../../optimization/documents-in.ts';
import { examine } from '../../optimization/documents/examination.ts';
import { compileSchema } from '../../optimization/documents/validation.ts';
import { DoorError, type DoorRoute, type DoorUser } from '../door.ts';
import { serveDoor, type DoorDeps } from './serve-door.ts';

const oddFaults = compileSchema({
  properties: { rows: { items: { properties: { id: { type: 'string' } } } } },
}).validate({ rows: [{ id: 'a' }, { id: 7 }] });

const user: DoorUser = {
  caller: { userId: 'u1' } as Caller,
  number: 1,
  username: 'ana',
  roles: new Set([2]),
};

const echo: DoorRoute = {
  view: 'echo',
  rule: '/echo/<string:idx>/',
  method: 'POST',
  roles: ['planner'],
  takesGzip: true,
  body: {},
  handle: async ({ document, params }) => ({
    status: 201,
    json: `{"idx":${JSON.stringify(params['idx'])},"data":${document.text}}`,
  }),
};

const routes: readonly DoorRoute[] = [
  echo,
  { ...echo, method: 'PUT', takesGzip: false },
  { ...echo, method: 'GET', handle: async () => ({ status: 200, json: { here: true } }) },
  {
    ...echo,
    view: 'fixed',
    rule: '/echo/fixed/',
    method: 'DELETE',
    handle: async () => ({ status: 200, json: { fixed: true } }),
  },
  {
    ...echo,
    view: 'numbered',
    rule: '/numbered/<int:idx>/',
    method: 'GET',
    handle: async ({ params }) => {
      const errors = [
        new AppError('optimization.instance_not_found'),
        new AppError('optimization.schema', {}, { cause: new SchemaFaults(oddFaults) }),
        new AppError('role.name_taken'),
        new AppError('request.rate_limited', { retryAfterSeconds: 3 }),
        new DoorError(400, 'no', { state: -3 }),
        new Error('inside'),
      ];
      throw errors[Number(params['idx'])] ?? new Error('none');
    },
  },
  {
    ...echo,
    view: 'long',
    rule: '/long/',
    method: 'GET',
    handle: async () => ({
      status: 200,
      pieces: [Buffer.from('"'), Buffer.alloc(100_000, 'x'), Buffer.from('"')],
    }),
  },
  {
    ...echo,
    view: 'form',
    rule: '/form/',
    takesFile: true,
    handle: async ({ form }) => ({
      status: 200,
      json: { fields: [...form.fields], file: form.file?.name, content: form.file?.content.toString() },
    }),
  },
  {
    ...echo,
    view: 'open',
    rule: '/open/',
    roles: 'public',
    handle: async ({ document }) => ({ status: 200, json: document.text }),
  },
];

const open = async (options: Partial<DoorDeps> = {}): Promise<FastifyInstance> => {
  const app = fastify({ forceCloseConnections: true });
  const deps: DoorDeps = {
    authenticate: async (bearer) => {
      if (bearer !== 'good') throw new AppError('auth.token_invalid');
      return user;
    },
    authorize: async () => undefined,
    documents: examined().documents,
    clock: systemClock,
    log: createLogger('silent'),
    corsOrigins: [],
    requestsPerSecond: 1000,
    ...options,
  };
  await serveDoor(app, routes, deps, '/cornflow');
  return app;
};

/** As the Python client sends everything: brotli announced, none used. */
const headers = {
  authorization: 'Bearer good',
  'content-type': 'application/json',
  'content-encoding': 'br',
};

const examined = (): { readonly documents: DoorDeps['documents']; asked: number } => {
  const seen = {
    asked: 0,
    documents: createDocuments({
      examiner: {
        ask: async (question) => {
          seen.asked += 1;
          return examine(question);
        },
      },
    }),
  };
  return seen;
};

test('a large body is read beside the event loop, a small one at once', async () => {
  const seen = examined();
  const app = await open({ documents: seen.documents });
  const post = (payload: string) =>
    app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers, payload });
  assert.equal((await post('{"a":1.0}')).statusCode, 201);
  assert.equal(seen.asked, 0);
  const large = `{"a":1.0,"b":"${'x'.repeat(300_000)}"}`;
  assert.equal((await post(large)).body, `{"idx":"x","data":${large}}`);
  assert.equal(seen.asked, 1);
  const broken = await post(large.slice(0, -1));
  assert.deepEqual([broken.statusCode, broken.json()], [400, { messages: { json: ['Invalid JSON body.'] } }]);
});

test('a body that takes more memory than there is for it is refused as too large', async () => {
  const documents = createDocuments({ examiner: { ask: () => Promise.reject(new TooMuchMemory('no')) } });
  const app = await open({ documents });
  const payload = `{"b":"${'x'.repeat(300_000)}"}`;
  const answer = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers, payload });
  assert.equal(answer.statusCode, 413);
});

test('numbers, order and NaN of a body come back as they were sent, whatever encoding is announced', async () => {
  const app = await open();
  const payload = '{"b":1.0,"a":[1e5,12345678901234567890,NaN]}';
  const answer = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers, payload });
  assert.equal(answer.statusCode, 201);
  assert.equal(answer.body, `{"idx":"x","data":${payload}}`);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
});

test('a doubled slash and a missing last one reach the same address', async () => {
  const app = await open();
  for (const url of ['/cornflow/echo//x/', '/cornflow/echo/x', '/cornflow//echo///x//?a=1']) {
    const answer = await app.inject({ method: 'GET', url, headers });
    assert.deepEqual([answer.statusCode, answer.json()], [200, { here: true }], url);
  }
});

test('fixed words go before what a client fills in, and an integer is an integer', async () => {
  const app = await open();
  const fixed = await app.inject({ method: 'DELETE', url: '/cornflow/echo/fixed/', headers });
  assert.deepEqual(fixed.json(), { fixed: true });
  const answer = await app.inject({ method: 'GET', url: '/cornflow/numbered/one/', headers });
  assert.equal(answer.statusCode, 404);
});

test('gzip is unpacked where a route takes it, and is no JSON elsewhere', async () => {
  const app = await open();
  const payload = gzipSync('{"a":1.50}');
  const packed = { ...headers, 'content-encoding': 'gzip' };
  const taken = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers: packed, payload });
  assert.equal(taken.body, '{"idx":"x","data":{"a":1.50}}');
  const refused = await app.inject({ method: 'PUT', url: '/cornflow/echo/x/', headers: packed, payload });
  assert.equal(refused.statusCode, 400);
  assert.deepEqual(refused.json(), { messages: { json: ['Invalid JSON body.'] } });
});

test('a gzip bomb is refused before it is unpacked', async () => {
  const app = await open();
  const payload = gzipSync(Buffer.alloc(65 * 1024 * 1024, 0x20));
  const answer = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers, payload });
  assert.equal(answer.statusCode, 413);
});

test('malformed JSON has its form; a body that is not called JSON is an empty one', async () => {
  const app = await open();
  const url = '/cornflow/echo/x/';
  const malformed = await app.inject({ method: 'POST', url, headers, payload: '{"a":' });
  assert.deepEqual(
    [malformed.statusCode, malformed.json()],
    [400, { messages: { json: ['Invalid JSON body.'] } }],
  );
  for (const type of ['text/plain', 'application/xml', 'nonsense']) {
    const other = await app.inject({
      method: 'POST',
      url,
      headers: { ...headers, 'content-type': type },
      payload: '{"a":1}',
    });
    assert.equal(other.body, '{"idx":"x","data":{}}', type);
  }
});

test('a long answer is packed for who asks for gzip, and for nobody else', async () => {
  const app = await open();
  const data = JSON.stringify('São Paulo '.repeat(1000));
  const ask = async (accepted: string | undefined, payload: string) =>
    app.inject({
      method: 'POST',
      url: '/cornflow/echo/x/',
      headers: { ...headers, ...(accepted === undefined ? {} : { 'accept-encoding': accepted }) },
      payload,
    });
  const plain = `{"idx":"x","data":${data}}`;
  for (const accepted of ['gzip, deflate, br', 'GZIP;q=0.5', '*', 'br, x-gzip']) {
    const answer = await ask(accepted, data);
    assert.equal(answer.headers['content-encoding'], 'gzip', accepted);
    assert.equal(answer.headers['vary'], 'Accept-Encoding');
    assert.equal(gunzipSync(answer.rawPayload).toString(), plain);
    assert.ok(answer.rawPayload.length < 1000);
  }
  for (const accepted of [undefined, '', 'br', 'identity', 'gzip;q=0, *', 'deflate']) {
    const answer = await ask(accepted, data);
    assert.equal(answer.headers['content-encoding'], undefined, accepted);
    assert.equal(answer.body, plain);
    assert.equal(answer.headers['content-length'], String(Buffer.byteLength(plain)));
  }
  const short = await ask('gzip', '"x"');
  assert.deepEqual([short.headers['content-encoding'], short.headers['vary']], [undefined, undefined]);
});

test('the head of a long answer is that of the answer', async () => {
  const app = await open({ corsOrigins: ['https://ui.example.org'] });
  const long = { method: 'HEAD', url: '/cornflow/long/' } as const;
  const plain = await app.inject({ ...long, headers });
  assert.deepEqual([plain.body, plain.headers['content-length']], ['', '100002']);
  const packed = await app.inject({ ...long, headers: { ...headers, 'accept-encoding': 'gzip' } });
  assert.deepEqual([packed.body, packed.headers['content-encoding']], ['', 'gzip']);
  const { headers: got, rawPayload } = await app.inject({
    ...long,
    method: 'GET',
    headers: { ...headers, 'accept-encoding': 'gzip', origin: 'https://ui.example.org' },
  });
  assert.equal(gunzipSync(rawPayload).length, 100_002);
  const length = String(rawPayload.length);
  assert.deepEqual([got['content-length'], got['vary']], [length, 'Origin, Accept-Encoding']);
});

test('JSON of a thousand levels is refused and named', async () => {
  const app = await open();
  const payload = '['.repeat(1000) + ']'.repeat(1000);
  const answer = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers, payload });
  assert.equal(answer.statusCode, 400);
  assert.match(answer.body, /deep|level|nest/i);
});

test('a stranger is refused before their body is read, and what strangers may send is short', async () => {
  const app = await open();
  const payload = JSON.stringify({ a: 'x'.repeat(100_000) });
  const { authorization: _, ...stranger } = headers;
  const refused = await app.inject({ method: 'POST', url: '/cornflow/echo/x/', headers: stranger, payload });
  assert.deepEqual([refused.statusCode, refused.json()], [400, { error: 'Authorization header is missing' }]);
  const long = await app.inject({ method: 'POST', url: '/cornflow/open/', headers: stranger, payload });
  assert.equal(long.statusCode, 413);
  assert.match(String(long.headers['content-type']), /json/);
});

test('failures of a token are 400 in the words of Cornflow', async () => {
  const app = await open();
  const ask = async (authorization: string): Promise<unknown> => {
    const answer = await app.inject({ url: '/cornflow/echo/x/', headers: { authorization } });
    return [answer.statusCode, answer.json()];
  };
  assert.deepEqual(await ask('Basic abc'), [
    400,
    { error: "Invalid Authorization header format. Must be 'Bearer <token>'" },
  ]);
  assert.deepEqual(await ask('Bearer bad'), [400, { error: 'Invalid token format or signature' }]);
});

test('an unknown address, a method that is not there, HEAD and OPTIONS answer as Flask does', async () => {
  const app = await open();
  const missing = await app.inject({ url: '/cornflow/nowhere/', headers });
  assert.equal(missing.statusCode, 404);
  assert.equal(missing.json<{ message: string }>().message, '404 Not Found');
  const wrong = await app.inject({ method: 'PATCH', url: '/cornflow/echo/x/', headers, payload: '{}' });
  assert.equal(wrong.statusCode, 405);
  assert.equal(wrong.headers['allow'], 'GET, HEAD, OPTIONS, POST, PUT');
  assert.deepEqual(wrong.json(), { message: 'The method is not allowed for the requested URL.' });
  const head = await app.inject({ method: 'HEAD', url: '/cornflow/echo/x/', headers });
  assert.deepEqual([head.statusCode, head.body, head.headers['content-length']], [200, '', '13']);
  const options = await app.inject({ method: 'OPTIONS', url: '/cornflow/echo/x/' });
  assert.equal(options.statusCode, 200);
});

test('errors of our modules are worded as Cornflow words them; what is ours alone says nothing of the inside', async () => {
  const app = await open();
  const ask = async (id: number): Promise<unknown> => {
    const answer = await app.inject({ url: `/cornflow/numbered/${id}/`, headers });
    return [answer.statusCode, answer.json()];
  };
  assert.deepEqual(await ask(0), [404, { error: 'The data entity does not exist on the database' }]);
  const [code, faulty] = (await ask(1)) as [
    number,
    Record<'jsonschema_errors' | 'error' | 'faults', unknown>,
  ];
  assert.deepEqual([code, faulty.error], [400, 'The data sent is not valid']);
  assert.match(
    String(faulty.jsonschema_errors),
    /^7 is not of type 'string'\n\nFailed validating 'type' in schema/,
  );
  assert.deepEqual(faulty.faults, [
    {
      table: 'rows',
      row: 2,
      key: 'id',
      value: '7',
      message: oddFaults[0]?.message,
    },
  ]);
  assert.deepEqual(await ask(2), [400, { error: 'Another role has this name.' }]);
  assert.deepEqual(await ask(3), [429, { error: 'Too many requests. Try again in 3 s.' }]);
  assert.deepEqual(await ask(4), [400, { error: 'no', state: -3 }]);
  const [status, inside] = (await ask(5)) as [number, { error: string }];
  assert.equal(status, 500);
  assert.doesNotMatch(JSON.stringify(inside), /inside/);
});

test('a form arrives with its fields and its file, also one without a file', async () => {
  const app = await open();
  const form = new FormData();
  form.set('name', 'a model');
  form.set('file', new File(['ROWS'], 'model.mps'));
  const encoded = new Response(form);
  const answer = await app.inject({
    method: 'POST',
    url: '/cornflow/form/',
    headers: { ...headers, 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  });
  assert.deepEqual(answer.json(), { fields: [['name', 'a model']], file: 'model.mps', content: 'ROWS' });
  const plain = await app.inject({
    method: 'POST',
    url: '/cornflow/form/',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'execution_files_status=0',
  });
  assert.deepEqual(plain.json(), { fields: [['execution_files_status', '0']] });
});

test('pages of the origins that were named may read answers, others may not', async () => {
  const app = await open({ corsOrigins: ['https://ui.example.org'] });
  const ask = async (origin: string): Promise<unknown> =>
    (await app.inject({ url: '/cornflow/echo/x/', headers: { ...headers, origin } })).headers[
      'access-control-allow-origin'
    ];
  assert.equal(await ask('https://ui.example.org'), 'https://ui.example.org');
  assert.equal(await ask('https://elsewhere.example.org'), undefined);
  const question = await app.inject({
    method: 'OPTIONS',
    url: '/cornflow/echo/x/',
    headers: { origin: 'https://ui.example.org', 'access-control-request-method': 'PUT' },
  });
  assert.equal(question.statusCode, 200);
  assert.match(String(question.headers['access-control-allow-methods']), /PUT/);
});
