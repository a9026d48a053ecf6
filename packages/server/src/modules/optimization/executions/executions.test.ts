import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { scopeOf } from '../../../kernel/access/caller.ts';
import { waitFor } from '../../../../test/wait.ts';
import { AppError } from '../../../kernel/errors.ts';
import { unpack } from '../../../kernel/packed/packed.ts';
import { createOptimizationBed, type OptimizationBed } from '../test-kit.ts';
import type { NewExecutionRequest } from './executions.ts';
import { stateWord } from './state.ts';

let bed: OptimizationBed;
before(async () => {
  bed = await createOptimizationBed();
});
after(() => bed[Symbol.asyncDispose]());

const refusedAs = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;

const addInstance = (data: string) =>
  bed.optimization.api.instances.create(bed.caller, { app: 'echo', name: 'one', description: '', data });

const execute = async (data: string, request: Partial<NewExecutionRequest> = {}) => {
  const { id } = await addInstance(data);
  return bed.optimization.api.executions.create(bed.caller, {
    instance: { id },
    name: 'try',
    description: '',
    config: '{}',
    task: 'solve',
    start: true,
    ...request,
  });
};
const documentsOf = async (id: string) => {
  const row = await bed.optimization.api.executions.getPacked(bed.caller, { id });
  return { ...row, solution: row.solution && (await unpack(row.solution)) };
};
const logOf = async (id: string): Promise<string> =>
  (await bed.optimization.api.executions.getLog(bed.caller, { id })).log_text ?? '';

describe('an execution', () => {
  it('solves, and its solution comes back with the numbers that the app wrote', async () => {
    const { id } = await execute('{"answer":{"x":1.0,"big":12345678901234567890,"e":1e5},"end":1}');
    const row = await bed.ended(id);
    assert.equal(stateWord(row.state), 'solved');
    assert.equal(row.objective, 42);
    const { solution, kpis, log_json } = await documentsOf(id);
    assert.equal(solution, '{"x":1.0,"big":12345678901234567890,"e":1e5}');
    assert.deepEqual(JSON.parse(kpis ?? ''), { figures: [{ value: 1 }] });
    const log = JSON.parse(log_json ?? '') as Record<string, unknown>;
    assert.deepEqual([log['status'], log['status_code'], log['sol_code']], ['Optimal', 1, 2]);
    assert.match(await logOf(id), /task solve for 60 s/);
  });

  it('gets its own time limit where it names one', async () => {
    const { id } = await execute('{"answer":{},"end":1}', { config: '{"timeLimit": 7.5}' });
    await bed.ended(id);
    assert.match(await logOf(id), /for 7.5 s/);
  });

  it('that is infeasible has ended well, without a solution', async () => {
    const { id } = await execute('{"status":"infeasible"}');
    const row = await bed.ended(id);
    assert.equal(stateWord(row.state), 'solved');
    const { solution, log_json } = await documentsOf(id);
    assert.equal(solution, null);
    assert.equal((JSON.parse(log_json ?? '') as { status_code: number }).status_code, -1);
  });

  for (const [deed, state, message] of [
    ['fail', 'failed', /exit code 3.*there is no way/],
    ['die', 'failed', /./],
    ['half', 'not_saved', /not JSON|JSON/],
  ] as const) {
    it(`of an app that should ${deed} ends as ${state}, and says why`, async () => {
      const { id } = await execute(`{"do":"${deed}"}`);
      const row = await bed.ended(id);
      assert.equal(stateWord(row.state), state);
      assert.match(row.state_message, message);
    });
  }

  it('of an app that floods its log is solved all the same', async () => {
    const { id } = await execute('{"do":"flood","answer":{},"end":1}');
    assert.equal(stateWord((await bed.ended(id)).state), 'solved');
  });

  it('is stopped with its run, and can be launched again', async () => {
    const { id } = await execute('{"do":"hang"}');
    await waitFor('its start', async () => {
      const row = await bed.optimization.api.executions.get(bed.caller, { id });
      return stateWord(row.state) === 'running' ? row : undefined;
    });
    await assert.rejects(
      bed.optimization.api.executions.relaunch(bed.caller, { id }, { start: true }),
      refusedAs('optimization.still_running'),
    );
    await bed.optimization.api.executions.stop(bed.caller, { id });
    const row = await bed.ended(id);
    assert.equal(stateWord(row.state), 'stopped');
    const { rows } = await bed.runs.database.pool.query('SELECT state FROM runs WHERE id = $1', [row.run_id]);
    assert.deepEqual(rows, [{ state: 'cancelled' }]);
    await bed.optimization.api.instances.update(
      bed.caller,
      { id: row.instance_id },
      { data: '{"answer":{"second":2},"end":1}' },
    );
    await bed.optimization.api.executions.relaunch(bed.caller, { id }, { start: true });
    assert.equal(stateWord((await bed.ended(id)).state), 'solved');
    assert.equal((await documentsOf(id)).solution, '{"second":2}');
  });

  it('is found by a part of its name, and among those that have an objective', async () => {
    const solved = await execute('{"answer":{},"end":1}', { name: 'Night 100% shift' });
    await bed.ended(solved.id);
    const { executions, stores } = bed.optimization.api;
    const request = { instance: { id: solved.instance_id }, description: '', config: '{}' };
    await executions.load(bed.caller, { ...request, name: 'Night_shift' }, { solution: '{"rows":[]}' });
    const names = async (filter: { search?: string; solved?: boolean }) =>
      (
        await stores.executions.list(scopeOf(bed.caller, 'optimization:read'), {
          instanceId: solved.instance_id,
          checks: false,
          limit: 10,
          ...filter,
        })
      ).map(({ name }) => name);
    assert.deepEqual(await names({ search: 'night' }), ['Night_shift', 'Night 100% shift']);
    assert.deepEqual(await names({ search: '_' }), ['Night_shift']);
    assert.deepEqual(await names({ search: '0%' }), ['Night 100% shift']);
    assert.deepEqual(await names({ solved: true }), ['Night 100% shift']);
  });

  it('and so is an instance', async () => {
    const { instances, stores } = bed.optimization.api;
    for (const name of ['Route_1', 'Route 100% full'])
      await instances.create(bed.caller, { app: 'echo', name, description: '', data: '{"rows":[]}' });
    const names = async (search: string) =>
      (await stores.instances.list(scopeOf(bed.caller, 'optimization:read'), { search, limit: 10 })).map(
        ({ name }) => name,
      );
    assert.deepEqual(await names('ROUTE'), ['Route 100% full', 'Route_1']);
    assert.deepEqual(await names('e_1'), ['Route_1']);
    assert.deepEqual(await names('0%'), ['Route 100% full']);
  });

  it('has findings where its solution fails a check, and none where checks only warn', async () => {
    const { instances, executions } = bed.optimization.api;
    const data = '{"rows":[]}';
    const instance = await instances.create(bed.caller, { app: 'echo', name: '', description: '', data });
    const request = { instance: { id: instance.id }, name: '', description: '', config: '{}' };
    const findingsOf = async (checks: string | null): Promise<boolean> => {
      const solution = '{"rows":[]}';
      const row = await executions.load(bed.caller, request, { solution, solution_checks: checks });
      const shown = await executions.get(bed.caller, { id: row.id });
      assert.equal(row.has_findings, shown.has_findings);
      const saved = await executions.save(
        bed.caller,
        { id: row.id },
        { state: 'solved', solution_checks: checks },
      );
      assert.equal(saved.has_findings, row.has_findings);
      return row.has_findings;
    };
    for (const none of [
      null,
      'null',
      '{}',
      '{"missing":[]}',
      '{"hint":[{"late":1}]}',
      '{"missing":{},"hint":[NaN]}',
    ])
      assert.equal(await findingsOf(none), false, String(none));
    for (const found of ['{"missing":[{"id":1}]}', '{"hint":[1],"missing":[NaN]}', '[1]', '{"count":2}'])
      assert.equal(await findingsOf(found), true, found);
    const failing = await executions.load(bed.caller, request, { solution_checks: '{"missing":[1]}' });
    const edited = await executions.update(bed.caller, { id: failing.id }, { solution: '{"rows":[]}' });
    assert.equal(edited.has_findings, false);
    const again = await executions.load(bed.caller, request, { solution_checks: '{"missing":[1]}' });
    await instances.update(bed.caller, { id: instance.id }, { data: '{"rows":[{"id":1}]}' });
    assert.equal((await executions.get(bed.caller, { id: again.id })).has_findings, false);
  });

  it('says that its data has faults where its app found some, as long as the data is the same', async () => {
    const { instances, executions } = bed.optimization.api;
    const data = '{"rows":[]}';
    const instance = await instances.create(bed.caller, { app: 'echo', name: '', description: '', data });
    const request = { instance: { id: instance.id }, name: '', description: '', config: '{}' };
    const { id } = await executions.load(bed.caller, request, {});
    const saysAfter = async (checks: string | null): Promise<boolean> => {
      await instances.setChecks(bed.caller, { id: instance.id }, checks);
      return (await executions.get(bed.caller, { id })).data_has_findings;
    };
    assert.equal(await saysAfter('{"negative":[{"id":1}]}'), true);
    assert.equal(await saysAfter('{"negative":[]}'), false);
    assert.equal(await saysAfter('{"negative":[{"id":1}]}'), true);
    await instances.update(bed.caller, { id: instance.id }, { data: '{"rows":[{"id":1}]}' });
    assert.equal((await executions.get(bed.caller, { id })).data_has_findings, false);
  });

  it('that only checks keeps the solution that it was given', async () => {
    const { id } = await execute('{"checks":{"rows":[{"id":9}]}}', {
      task: 'check',
      solution: '{"mine":1.50}',
    });
    const row = await bed.ended(id);
    const { solution, solution_checks } = await documentsOf(id);
    assert.equal(solution, '{"mine":1.50}');
    assert.deepEqual(JSON.parse(solution_checks ?? ''), { seen: [{ row: 1 }] });
    const { checks } = await bed.optimization.api.instances.getPacked(bed.caller, { id: row.instance_id });
    assert.deepEqual(JSON.parse(checks ?? ''), { rows: [{ id: 9 }] });
  });

  it('that waits for nothing is left as it is, until it is launched', async () => {
    const { id, state } = await execute('{"answer":{},"end":1}', { start: false });
    assert.equal(stateWord(state), 'not_run');
    await bed.optimization.api.executions.relaunch(bed.caller, { id }, { start: true });
    assert.equal(stateWord((await bed.ended(id)).state), 'solved');
  });

  it('is deleted with its run ended', async () => {
    const { id } = await execute('{"do":"hang"}');
    const run = await waitFor('its run', async () => {
      const { run_id } = await bed.optimization.api.executions.get(bed.caller, { id });
      return run_id ?? undefined;
    });
    await bed.optimization.api.executions.delete(bed.caller, { id });
    await waitFor('the end of its run', async () => {
      const { rows } = await bed.runs.database.pool.query<{ state: string }>(
        'SELECT state FROM runs WHERE id = $1',
        [run],
      );
      return rows[0]?.state === 'cancelled';
    });
    await assert.rejects(
      bed.optimization.api.executions.get(bed.caller, { id }),
      refusedAs('optimization.execution_not_found'),
    );
  });

  it('cannot be repeated by its run alone', async () => {
    const { id } = await execute('{"answer":{},"end":1}');
    const { launch } = await bed.ended(id);
    await assert.rejects(
      bed.runs.runs.api.startRun(bed.caller, {
        kind: 'model',
        subject: 'echo',
        params: { executionId: id, launch },
      }),
      refusedAs('optimization.rerun'),
    );
  });
});

describe('what does not fit', () => {
  it('is refused with table, row, key and value', async () => {
    await assert.rejects(addInstance('{"rows":[{"id":1},{"name":"x"}]}'), (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'optimization.schema');
      assert.match(error.message, /rows/);
      assert.match(error.message, /id/);
      return true;
    });
  });

  it('is refused where it is no JSON, with the place', async () => {
    await assert.rejects(addInstance('{"rows":[}'), (error: unknown) => {
      assert.ok(error instanceof AppError && error.code === 'optimization.document');
      assert.match(error.message, /line 1, column/);
      return true;
    });
  });

  it('belongs to nobody: an app that is not there, one that is broken', async () => {
    const { instances } = bed.optimization.api;
    const of = (app: string) => instances.create(bed.caller, { app, name: 'x', description: '', data: '{}' });
    await assert.rejects(of('nothing'), refusedAs('optimization.app_unknown'));
    await assert.rejects(of('broken'), refusedAs('optimization.app_broken'));
  });
});

it('a planner sees and changes only what is their own', async () => {
  const grants = ['optimization:read:own', 'optimization:write:own', 'runs:read:own', 'runs:write:own'];
  const planner = await bed.callerWith(grants);
  const { id } = await addInstance('{}');
  const { instances, executions } = bed.optimization.api;
  await assert.rejects(instances.get(planner, { id }), refusedAs('optimization.instance_not_found'));
  const own = await instances.create(planner, {
    app: 'echo',
    name: 'own',
    description: '',
    data: '{"answer":{},"end":1}',
  });
  const execution = await executions.create(planner, {
    instance: { id: own.id },
    name: 'own',
    description: '',
    config: '{}',
    task: 'solve',
    start: true,
  });
  assert.equal(stateWord((await bed.ended(execution.id)).state), 'solved');
});

describe('workers', () => {
  const runsOf = async (name: string) => {
    const { rows } = await bed.runs.database.pool.query<{ count: string }>(
      `SELECT count(*) FROM runs WHERE kind = 'model' AND params->>'executionId' IN (
         SELECT id::text FROM optimization_executions WHERE name = $1)`,
      [name],
    );
    return Number(rows[0]?.count);
  };

  it('of several processes start each execution once', async () => {
    const other = await bed.another();
    other.startWorker();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => execute('{"answer":{},"end":1}', { name: 'of many' })),
    );
    for (const { id } of made) assert.equal(stateWord((await bed.ended(id)).state), 'solved');
    assert.equal(await runsOf('of many'), 20);
  });

  it('find what there is to do behind thousands that are at work', async () => {
    const { id } = await execute('{"do":"hang"}');
    const { pool } = bed.runs.database;
    await waitFor('its start', async () => {
      const row = await bed.optimization.api.executions.get(bed.caller, { id });
      return stateWord(row.state) === 'running';
    });
    // Older than all others, and each in the run that goes on.
    await pool.query(
      `INSERT INTO optimization_executions (id, key, project_id, owner_id, instance_id, name, description, app, config,
         state, state_message, launch, run_id, settled, created_at, updated_at)
       SELECT lpad(n::text, 32, '0')::uuid, 'crowd ' || n, project_id, owner_id, instance_id, 'crowd', '', app, config,
         state, state_message, launch, run_id, false, created_at, updated_at
       FROM optimization_executions, generate_series(1, 2500) n WHERE id = $1`,
      [id],
    );
    const { id: late } = await execute('{"answer":{},"end":1}');
    assert.equal(stateWord((await bed.ended(late)).state), 'solved');
    await pool.query(`DELETE FROM optimization_executions WHERE name = 'crowd'`);
    await bed.optimization.api.executions.delete(bed.caller, { id });
  });

  it('take over what ended while none of them lived', async () => {
    const own = await createOptimizationBed();
    await using _ = own;
    const { id: instance } = await own.optimization.api.instances.create(own.caller, {
      app: 'echo',
      name: 'one',
      description: '',
      data: '{"answer":{"late":1},"end":1}',
    });
    const { id } = await own.optimization.api.executions.create(own.caller, {
      instance: { id: instance },
      name: 'late',
      description: '',
      config: '{}',
      task: 'solve',
      start: true,
    });
    const find = () => own.optimization.api.executions.get(own.caller, { id });
    await waitFor('its run', async () => (await find()).run_id ?? undefined);
    await own.optimization[Symbol.asyncDispose]();
    await waitFor('the end of the run', async () => {
      const { rows } = await own.runs.database.pool.query<{ state: string }>(
        `SELECT state FROM runs WHERE id = (SELECT run_id FROM optimization_executions WHERE id = $1)`,
        [id],
      );
      return rows[0]?.state === 'succeeded';
    });
    assert.equal((await find()).settled, false);
    (await own.another()).startWorker();
    assert.equal(stateWord((await own.ended(id)).state), 'solved');
  });
});
