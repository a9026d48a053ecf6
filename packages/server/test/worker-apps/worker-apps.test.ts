import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  createCornflowBed,
  type Client,
  type CornflowBed,
} from '../../src/modules/cornflow/cornflow-test-kit.ts';
import { waitFor } from '../wait.ts';

const localized = { en: 'Worker', 'pt-BR': 'Worker' };
const manifest = {
  id: 'worker',
  name: localized,
  description: localized,
  command: ['python3', 'worker.py'],
  protocol: 'worker',
  timeLimitSeconds: 60,
};
const schemas = {
  instance: { type: 'object' },
  solution: { type: 'object' },
  config: { type: 'object', properties: { timeLimit: { type: 'number', default: 60 } } },
  instance_checks: {},
  solution_checks: {},
  kpis: {},
};

let bed: CornflowBed;
let planner: Client;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-worker-'));
  // A folder that runs may look into, unlike the one it is in.
  const apps = join(folder, 'apps');
  const app = join(apps, 'worker');
  await mkdir(join(app, 'schemas'), { recursive: true });
  await cp(join(import.meta.dirname, 'worker.py'), join(app, 'worker.py'));
  await writeFile(join(app, 'manifest.json'), JSON.stringify(manifest));
  for (const [name, schema] of Object.entries(schemas))
    await writeFile(join(app, 'schemas', `${name}.json`), JSON.stringify(schema));
  bed = await createCornflowBed({ environment: { DUMONT_SOLVERS: apps } });
  planner = bed.people.planner;
});
after(async () => {
  await bed[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const start = async (data: object, config: object = {}) => {
  const made = await planner.ask('POST', '/instance/', { name: 'one', schema: 'worker', data });
  const instance = String(made.json.id);
  const body = { name: 'try', schema: 'worker', instance_id: instance, config };
  const started = await planner.ask('POST', '/execution/', body);
  assert.equal(started.status, 201, started.text);
  return { execution: String(started.json.id), instance };
};
const read = async (execution: string) => {
  const { json } = await planner.ask('GET', `/execution/${execution}/data/`);
  return json as unknown as { state: number; message: string; data: unknown; log: object; kpis: unknown };
};
const logOf = async (execution: string) => {
  const { json } = await planner.ask('GET', `/execution/${execution}/log/`);
  return (json as unknown as { log_text: string }).log_text;
};
/** Until its run is over and what became of it is settled. */
const ended = (execution: string) =>
  waitFor(`the end of ${execution}`, async () => {
    const { rows } = await bed.app.database.pool.query<{ settled: boolean }>(
      'SELECT settled FROM optimization_executions WHERE key = $1',
      [execution],
    );
    return rows[0]?.settled === true ? read(execution) : undefined;
  });
const inState = (execution: string, state: number) =>
  waitFor(`state ${state}`, async () => ((await read(execution)).state === state ? true : undefined));

describe('an app that answers by calls to the door, in Python', () => {
  it('takes its data and writes solution, figures, log and checks, by what its environment tells it', async () => {
    const { execution, instance } = await start({ offers: [1] });
    const { state, data, log, kpis } = await ended(execution);
    assert.equal(state, 1);
    assert.deepEqual(data, { x: 2.5, limit: 60 });
    assert.deepEqual(kpis, { figures: [{ value: 1 }] });
    assert.deepEqual(log, { status: 'Optimal', status_code: 1, sol_code: 2 });
    assert.equal(await logOf(execution), 'looked at 2 offers');
    const checked = await planner.ask('GET', `/instance/${instance}/data/`);
    assert.deepEqual((checked.json as unknown as { checks: unknown }).checks, { odd: [{ id: 1 }] });
  });

  it('may write twice: the last word counts', async () => {
    const { execution } = await start({ do: 'write twice' });
    assert.deepEqual((await ended(execution)).data, { x: 2.5, limit: 60 });
  });

  it('has ended when its program has, with what it had written by then', async () => {
    const { execution } = await start({ do: 'linger' });
    await inState(execution, 1);
    await planner.ask('POST', `/execution/${execution}/relaunch/`, { config: {} });
    await inState(execution, 1);
    await planner.ask('DELETE', `/execution/${execution}/`);
    const { rows } = await bed.app.database.pool.query(
      `SELECT count(*)::int AS runs FROM runs WHERE params->>'launch' = '2'`,
    );
    assert.deepEqual(rows, [{ runs: 1 }]);
    await waitFor('the end of both runs', async () => {
      const { rows: open } = await bed.app.database.pool.query(
        'SELECT 1 FROM runs WHERE finished_at IS NULL',
      );
      return open.length === 0;
    });
  });

  for (const [deed, state, message] of [
    ['die', -1, /SIGKILL|137/],
    ['raise', -1, /ValueError: no such thing/],
    ['forget', -6, /ended without an answer/],
    ['fail', -1, /has found an error/],
    ['misfit', -6, /failed while saving/],
  ] as const) {
    it(`that should ${deed} ends in state ${state} and says why`, async () => {
      const { execution } = await start({ do: deed });
      const row = await ended(execution);
      assert.equal(row.state, state, row.message);
      assert.match(row.message, message);
      assert.equal(row.data, null);
    });
  }

  it('that hangs is stopped by who asks, and ended at its time limit', async () => {
    const { execution } = await start({ do: 'hang' });
    await inState(execution, 0);
    assert.equal((await planner.ask('POST', `/execution/${execution}/`)).status, 200);
    assert.equal((await ended(execution)).state, -2);
    // Half a minute is added to what an app may take.
    const { execution: late } = await start({ do: 'hang' }, { timeLimit: -28 });
    const { state, message } = await ended(late);
    assert.equal(state, -1);
    assert.match(message, /time limit|longer|2 s/i);
  });

  it('that is stopped keeps the solution that it writes when it is told to end', async () => {
    const { execution, instance } = await start({ do: 'answer when told to end' });
    await waitFor('its being ready to be told', async () => {
      const { text } = await planner.ask('GET', `/instance/${instance}/data/`);
      return text.includes('ready');
    });
    await planner.ask('POST', `/execution/${execution}/`);
    const { state, data } = await ended(execution);
    assert.deepEqual([state, data], [-2, { x: 7 }]);
  });

  it('checks a case, and writes what it found to it and to no other', async () => {
    const add = async () => {
      const body = { name: 'c', schema: 'worker', data: {}, solution: { x: 1 } };
      return (await planner.ask('POST', '/case/', body)).json.id;
    };
    const [other, id] = [await add(), await add()];
    const check = await planner.ask('POST', `/data-check-kpis/case/${id}/`);
    const execution = String(check.json.id);
    assert.equal((await ended(execution)).state, 1);
    assert.match(await logOf(execution), /another case: 404/);
    const read = async (number: number) => {
      const { json } = await planner.ask('GET', `/case/${number}/data/`);
      const { checks, solution, solution_checks, kpis } = json as unknown as Record<string, unknown>;
      return { checks, solution, solution_checks, kpis };
    };
    assert.deepEqual(await read(id), {
      checks: { odd: [] },
      solution: { x: 1 },
      solution_checks: { late: [{ id: 2 }] },
      kpis: { figures: [{ value: 3 }] },
    });
    assert.equal((await read(other)).kpis, null);
  });
});

describe('the pass of such an app', () => {
  it('is for its own execution and instance, and for what workers do', async () => {
    const other = await start({ do: 'hang' });
    await inState(other.execution, 0);
    const { execution } = await start({ do: 'reach out', other });
    assert.deepEqual((await ended(execution)).data, {
      otherData: 404,
      otherSolution: 404,
      otherState: 404,
      otherChecks: 404,
      executions: 403,
      ownName: 403,
      ownEnd: 403,
      users: 403,
    });
    assert.equal((await read(other.execution)).state, 0);
    await planner.ask('DELETE', `/execution/${other.execution}/`);
  });

  it('opens nothing once its execution has ended, and none of our own API at any time', async () => {
    const { execution } = await start({ do: 'tell' });
    const { data } = await ended(execution);
    const { password: pass } = new URL((data as { uri: string }).uri);
    const late = bed.clientWith(pass);
    const statuses = [
      (await late.ask('PUT', `/dag/${execution}/`, { data: {} })).status,
      (await late.ask('GET', `/dag/${execution}/`)).status,
      (await bed.stranger.ask('POST', '/login/', { username: 'worker', password: pass })).status,
    ];
    assert.deepEqual(statuses, [400, 400, 400]);
    assert.deepEqual((await read(execution)).data, data);
    assert.equal((await bed.app.request('/api/v1/optimization/executions', { token: pass })).status, 401);
  });

  it('that nobody issued is a wrong password like any other, however it looks', async () => {
    const secret = 'A'.repeat(43);
    for (const id of ['-'.repeat(36), '01a1fe94-f92d-7000-8e65-f8cb2ee3995e']) {
      const pass = `execution-${id}-1-${secret}`;
      const answer = await bed.stranger.ask('POST', '/login/', { username: 'worker', password: pass });
      assert.deepEqual([answer.status, answer.json.error], [400, 'Invalid credentials']);
      assert.equal((await bed.clientWith(pass).ask('GET', '/execution/')).status, 400);
    }
  });

  it('is in no log', async () => {
    const { execution } = await start({ do: 'raise' });
    await ended(execution);
    const log = await logOf(execution);
    assert.match(log, /the task is taken, by http/);
    assert.doesNotMatch(log, /execution-[0-9a-f]{8}-/);
  });
});
