import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { builtInRoles, installationPermissions, ownablePermissions } from '@dumont/contracts/access';
import type { Problem } from '@dumont/contracts/errors';
import type { Route } from '@dumont/contracts/route';
import { routes, type OperationId } from '@dumont/contracts/routes';
import {
  attempts,
  furtherAttempts,
  places,
  type Attempt,
  type Place,
  type Request,
  type Target,
} from './authorization/attempts.ts';
import { expectedOutcome, type Outcome, type Subject } from './authorization/expected.ts';
import { createObjects, type Objects } from './objects.ts';
import { createTestApp, type Person, type TestApp } from './test-app.ts';

interface Someone extends Subject {
  readonly person: Person | undefined;
}

const ownGrants = ownablePermissions.map((permission) => `${permission}:own` as const);
const projectRoles: Readonly<Record<string, readonly string[]>> = {
  ...builtInRoles,
  nothing: [],
  'own-only': ownGrants,
  'writes-own': ['runs:read', 'runs:write:own', 'schedules:read', 'schedules:write:own'],
};
const customRoles = ['nothing', 'own-only', 'writes-own'] as const;

let app: TestApp;
let objects: Objects;
let homeId: string;
let foreignId: string;
let colleague: Person;
let stranger: Person;
const subjects: Someone[] = [];
let count = 0;

before(async () => {
  app = await createTestApp({
    environment: { DUMONT_ROLES: 'api', DUMONT_TRUST_PROXY: 'true', DUMONT_REQUESTS_PER_SECOND: '1000000' },
  });
  objects = createObjects(app.database);
  homeId = await app.addProject('home');
  foreignId = await app.addProject('abroad');
  const thirdId = await app.addProject('third');
  for (const name of customRoles) {
    await app.admin.client.createRole({ body: { name, grants: [...(projectRoles[name] ?? [])] as never } });
  }
  await app.admin.client.createRole({ body: { name: 'registrar', grants: [...installationPermissions] } });
  colleague = await app.addPerson('colleague', { projects: { [homeId]: 'operator' } });
  stranger = await app.addPerson('stranger', { projects: { [foreignId]: 'operator' } });

  subjects.push({ name: 'anonymous', isAnonymous: true, installation: [], project: [], person: undefined });
  for (const [role, grants] of Object.entries(projectRoles)) {
    const person = await app.addPerson(`some-${role}`, { projects: { [homeId]: role } });
    subjects.push({ name: `${role} of the project`, installation: [], project: grants, person });
  }
  subjects.push({
    name: 'viewer of the project, operator of another',
    installation: [],
    project: builtInRoles.viewer,
    elsewhere: builtInRoles.operator,
    person: await app.addPerson('two-hats', { projects: { [homeId]: 'viewer', [thirdId]: 'operator' } }),
  });
  for (const [role, grants] of [
    ['admin', ['*']],
    ['registrar', installationPermissions],
  ] as const) {
    const person = await app.addPerson(`chief-${role}`, { installation: role });
    subjects.push({ name: `${role} of the installation`, installation: grants, project: [], person });
  }
});
after(() => app[Symbol.asyncDispose]());

const targetAt = (place: Place, someone: Someone): Target => {
  count += 1;
  const owner = place === 'own' ? (someone.person ?? colleague) : place === 'others' ? colleague : stranger;
  return {
    app,
    objects,
    place,
    projectId: place === 'foreign' ? foreignId : homeId,
    ownerId: owner.id,
    owner,
    unique: `x${count}`,
    address: `10.1.${(count >> 8) & 255}.${count & 255}`,
  };
};

const addressOf = (route: Route, { params = {}, query = {} }: Request): string => {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
};

const tokenFor = async (attempt: Attempt, person: Person | undefined): Promise<string | undefined> =>
  attempt.endsSession === true && person !== undefined
    ? (await person.client.createToken({ body: { name: 'passing' } })).token
    : person?.token;

const ask = async (
  route: Route,
  attempt: Attempt,
  target: Target,
  someone: Someone,
): Promise<{ outcome: Outcome | undefined; said: string }> => {
  const request = (await attempt.request?.(target)) ?? {};
  const token = await tokenFor(attempt, someone.person);
  const response = await app.request(addressOf(route, request), {
    method: route.method,
    headers: {
      'x-forwarded-for': target.address,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    ...(token === undefined ? {} : { token }),
  });
  const text = await response.text();
  const said = `${response.status} ${text.slice(0, 300)}`;
  const code = response.status < 400 ? undefined : (JSON.parse(text) as Problem).code;
  if (response.ok) await attempt.undo?.(target, JSON.parse(text));
  const isHidden = response.ok && attempt.missingAs?.(JSON.parse(text)) === true;
  return { outcome: outcomeOf(response.status, code, attempt, isHidden), said };
};

/** Undefined for an answer that fits none: always a failure. */
const outcomeOf = (
  status: number,
  code: string | undefined,
  attempt: Attempt,
  isHidden: boolean,
): Outcome | undefined => {
  if (isHidden) return 'not there';
  if (code === undefined) return status < 400 ? 'in' : undefined;
  if (attempt.accepts?.includes(code) === true) return 'in';
  if (status === 401 && (code === 'auth.required' || code === 'agent.token')) return 'sign in first';
  if (status === 403 && (code === 'access.forbidden' || code === 'project.none')) return 'forbidden';
  if (status === 404 && code === attempt.missing) return 'not there';
  return undefined;
};

const tryAll = async (route: Route, attempt: Attempt): Promise<void> => {
  const wrong: string[] = [];
  const tryOne = async (someone: Someone): Promise<void> => {
    for (const place of attempt.about === 'nothing' ? (['own'] as const) : places) {
      const expected = expectedOutcome(route, attempt, someone, place);
      const { outcome, said } = await ask(route, attempt, targetAt(place, someone), someone);
      if (outcome !== expected)
        wrong.push(`${someone.name}, ${place}: expected "${expected}", got "${outcome ?? '?'}": ${said}`);
    }
  };
  await Promise.all(subjects.map(tryOne));
  assert.deepEqual(wrong, []);
};

for (const [name, route] of Object.entries<Route>(routes)) {
  test(`${name} lets in whom its access names, and nobody else`, async () => {
    assert.ok(
      ['public', 'signed-in', 'machine', 'permission', 'permissions'].includes(route.access?.kind),
      'it declares no access',
    );
    const attempt = attempts[name as OperationId];
    assert.ok(attempt, 'nobody says in authorization/attempts.ts how to try it');
    await tryAll(route, attempt);
  });
}

for (const [name, operation, attempt] of furtherAttempts) {
  test(`${name} lets in whom its access names, and nobody else`, () => tryAll(routes[operation], attempt));
}

/** Lists show exactly what one may read. */
const lists = [
  ['/api/v1/runs', 'runs:read', (target: Target) => objects.addRun(target.projectId, target.ownerId)],
  [
    '/api/v1/schedules?limit=200',
    'schedules:read',
    (target: Target) => objects.addSchedule(target.projectId, target.ownerId),
  ],
  ['/api/v1/alarm-rules', 'alarms:read', (target: Target) => objects.addAlarmRule(target.projectId)],
  ['/api/v1/alarms', 'alarms:read', (target: Target) => objects.addAlarm(target.projectId)],
  ['/api/v1/providers', 'providers:read', (target: Target) => objects.addProvider(target.projectId)],
  ['/api/v1/market/watches', 'market:read', (target: Target) => objects.addWatch(target.projectId)],
  ['/api/v1/hosts/blacklist', 'market:read', (target: Target) => objects.addBlacklistEntry(target.projectId)],
  [
    '/api/v1/snapshots',
    'snapshots:read',
    (target: Target) => objects.addSnapshot(target.projectId, target.ownerId),
  ],
  [
    '/api/v1/optimization/instances',
    'optimization:read',
    (target: Target) => objects.addProblemInstance(target.projectId, target.ownerId),
  ],
  [
    '/api/v1/optimization/executions',
    'optimization:read',
    (target: Target) => objects.addExecution(target.projectId, target.ownerId),
  ],
  [
    '/api/v1/optimization/cases',
    'optimization:read',
    (target: Target) => objects.addCase(target.projectId, target.ownerId),
  ],
  [
    '/api/v1/instances',
    'machines:read',
    (target: Target) => objects.addMachine(target.projectId, target.ownerId),
  ],
  [
    '/api/v1/agent/instances',
    'machines:read',
    (target: Target) => objects.addMachine(target.projectId, target.ownerId),
  ],
] as const;

test('the repositories of machines let in no user, whatever they show', async () => {
  const repository = `/api/v1/repositories/${randomUUID()}`;
  for (const { name, person } of subjects) {
    const basic = Buffer.from(`${person?.id ?? 'nobody'}:${person?.token ?? ''}`).toString('base64');
    for (const authorization of [`Bearer ${person?.token ?? ''}`, `Basic ${basic}`]) {
      for (const [method, path] of [
        ['GET', 'config'],
        ['GET', 'data/'],
        ['POST', `data/${'a'.repeat(64)}`],
        ['DELETE', `locks/${'a'.repeat(64)}`],
      ] as const) {
        const response = await app.request(`${repository}/${path}`, { method, headers: { authorization } });
        assert.equal(response.status, 401, `${name}: ${method} ${path}`);
      }
    }
  }
});

for (const [path, permission, add] of lists) {
  test(`${path} lists what one may read, and nothing else`, async () => {
    const isOwned = (ownablePermissions as readonly string[]).includes(permission);
    const attempt: Attempt = { about: isOwned ? 'object' : 'project', seenWith: permission };
    const route = { access: { kind: 'permission', permission } } as Route;
    const wrong: string[] = [];
    for (const someone of subjects) {
      const ids = [];
      for (const place of places) ids.push([place, await add(targetAt(place, someone))] as const);
      const token = someone.person?.token;
      const response = await app.request(path, token === undefined ? {} : { token });
      const text = await response.text();
      for (const [place, id] of ids) {
        const isExpected = expectedOutcome(route, attempt, someone, place) === 'in';
        if (text.includes(id) !== isExpected)
          wrong.push(`${someone.name}, ${place}: ${isExpected ? 'missing' : 'shown'}`);
      }
    }
    assert.deepEqual(wrong, []);
  });
}
