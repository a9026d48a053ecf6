import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test, type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Problem } from '@dumont/contracts/errors';
import type { Route } from '@dumont/contracts/route';
import { routes } from '@dumont/contracts/routes';
import { requestsFor, type WireRequest } from './requests.ts';
import { assertFor } from './settings.ts';
import type { Person } from '../test-app.ts';
import { createWorld, type World } from './world.ts';

let world: World;
let person: Person;
let sent = 0;
let heldBefore = 0;

before(async () => {
  world = await createWorld();
  person = await world.freshAdmin();
  heldBefore = heldMiB();
});
after(() => world[Symbol.asyncDispose]());

const hangMs = 5000;
/** Bucket of `limit: 'expensive'`: then someone else asks. */
const callsPerPerson = 10;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is still referred to: the resident size tells more of the allocator than of us. */
const heldMiB = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
};

const send = (request: WireRequest): Promise<Response> => {
  sent += 1;
  return world.app.request(request.path, {
    method: request.method,
    headers: {
      ...request.headers,
      'x-forwarded-for': `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`,
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    token: person.token,
    signal: AbortSignal.timeout(hangMs),
  });
};

const assertProblem = (status: number, text: string): void => {
  const problem = Problem.parse(JSON.parse(text));
  assert.equal(problem.status, status);
  if (problem.code !== 'request.invalid') return;
  assert.ok(problem.errors !== undefined && problem.errors.length > 0, 'it names no field');
  for (const { path } of problem.errors) assert.match(path, /^(params|query|body|headers)(\.|$)/);
};

const fuzz = async (context: TestContext, route: Route): Promise<void> => {
  if (!(await world.app.request('/api/v1/auth/me', { token: person.token })).ok)
    person = await world.freshAdmin();
  let calls = 0;
  await assertFor(context, requestsFor(route, world.known), async (request) => {
    calls += 1;
    if (route.limit === 'expensive' && calls % callsPerPerson === 0) person = await world.freshAdmin();
    const response = await send(request);
    const text = await response.text();
    const what = `${request.method} ${request.path}: ${response.status} ${text.slice(0, 500)}`;
    assert.ok(response.status < 500, what);
    if (response.status >= 400) assertProblem(response.status, text);
    else assert.ok(request.isRight, `taken, though its schema refuses it: ${what}`);
  });
};

/** An account that one of these made usable would be asked by what comes after them, at the provider's slow pace. */
const last = ['createProvider', 'updateProvider', 'testProvider'];
const inOrder = Object.entries<Route>(routes).toSorted(
  ([a], [b]) => Number(last.includes(a)) - Number(last.includes(b)),
);

for (const [name, route] of inOrder) {
  test(
    `${name}: whatever is sent, the answer is quick and never a fault of ours`,
    { timeout: 120_000 },
    (context) => fuzz(context, route),
  );
}

test('what PostgreSQL cannot hold is refused by the name of its field, at any depth', async () => {
  const command = { kind: 'command', command: ['true'] };
  const pipeline = { kind: 'pipeline', subject: 'fund-data' };
  const schedule = { ...pipeline, name: 'x', cron: '0 3 * * *' };
  const machine = `/api/v1/instances/${randomUUID()}`;
  for (const bad of ['\u0000', '\ud800', '\udc00x']) {
    const nested = { a: [{ b: bad }] };
    const attempts: [string, string, unknown, string?][] = [
      ['/api/v1/runs', 'body.command.1', { ...command, command: ['true', bad] }],
      ['/api/v1/runs', 'body.environment.A', { ...command, environment: { A: bad } }],
      ['/api/v1/runs', 'body.params', { ...pipeline, params: nested }],
      ['/api/v1/runs', 'body.params', { ...pipeline, params: { [bad]: 1 } }],
      ['/api/v1/schedules', 'body.params', { ...schedule, params: nested }],
      ['/api/v1/tokens', 'body.name', { name: `x${bad}x` }],
      ['/api/v1/instances', 'body.label', { label: bad }],
      ['/api/v1/instances', 'body.offer_id', { offer_id: bad }],
      ['/api/v1/instances', 'body.image', { image: bad }],
      ['/api/v1/instances', 'body.onstart_cmd', { onstart_cmd: bad }],
      ['/api/v1/instances', 'body.environment.A', { environment: { A: bad } }],
      ['/api/v1/instances', 'body.needs.gpu_name', { needs: { gpu_name: bad } }],
      [machine, 'body.label', { label: bad }, 'PATCH'],
      [machine, 'body.time_zone', { time_zone: bad }, 'PATCH'],
      [machine, 'body.needs.gpu_name', { needs: { gpu_name: bad } }, 'PATCH'],
    ];
    for (const [path, field, body, method = 'POST'] of attempts) {
      const response = await world.app.request(path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        token: world.app.admin.token,
      });
      const problem = Problem.parse(await response.json());
      assert.deepEqual([problem.status, problem.errors?.[0]?.path], [422, field], JSON.stringify(body));
    }
  }
});

test('JSON that is nested beyond all reason is refused before anything walks down it', async () => {
  for (const levels of [65, 5000, 200_000]) {
    const response = await world.app.request('/api/v1/runs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"kind":"pipeline","subject":"fund-data","params":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`,
      token: world.app.admin.token,
      signal: AbortSignal.timeout(hangMs),
    });
    assert.equal(response.status, 422, `${levels} levels`);
  }
});

test('after all of it the server is well, has logged no error, and its memory is bounded', async (context) => {
  assert.equal((await world.app.request('/health')).status, 200);
  const errors = world.app.logLines.filter((line) => line.includes('"level":"error"'));
  assert.deepEqual(errors, []);
  const grownMiB = heldMiB() - heldBefore;
  context.diagnostic(`${Math.round(grownMiB)} MiB more are held than at the start`);
  assert.ok(grownMiB < 200, `${Math.round(grownMiB)} MiB more are held than at the start`);
});
