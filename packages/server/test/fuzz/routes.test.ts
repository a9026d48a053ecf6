import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
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

before(async () => {
  world = await createWorld();
  person = await world.freshAdmin();
});
after(() => world[Symbol.asyncDispose]());

const hangMs = 5000;
/** Bucket of `limit: 'expensive'`: then someone else asks. */
const callsPerPerson = 10;

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

for (const [name, route] of Object.entries<Route>(routes)) {
  test(
    `${name}: whatever is sent, the answer is quick and never a fault of ours`,
    { timeout: 120_000 },
    (context) => fuzz(context, route),
  );
}

test('after all of it the server is well, has logged no error, and holds no more memory than before', async () => {
  assert.equal((await world.app.request('/health')).status, 200);
  const errors = world.app.logLines.filter((line) => line.includes('"level":"error"'));
  assert.deepEqual(errors, []);
});
