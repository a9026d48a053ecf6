import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createObjectsBed, type ObjectsBed } from './objects-test-kit.ts';

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed();
});
after(() => bed[Symbol.asyncDispose]());

const post = async (path: string, body?: object) => (await bed.planner('POST', path, body)).json;
const data = { answer: { x: 1 }, end: 1, checks: { gaps: [{ row: 2 }] } };

describe('a check', () => {
  it('of an instance is an execution of its own, in no list unless asked for, whose findings the instance gets', async () => {
    const { id } = await post('/instance/', { name: 'one', schema: 'echo', data });
    // The client really sends two slashes.
    const check = await bed.planner('POST', `/data-check-kpis/instance//${id}/`);
    assert.equal(check.status, 201);
    assert.deepEqual(
      [check.json.name, check.json.config, check.json.state, check.json.instance_id],
      ['data_check_instance_one', { checks_and_kpis_only: true }, -7, id],
    );
    assert.equal((await bed.ended(check.json.id)).json.state, 1);
    assert.deepEqual((await bed.planner('GET', `/instance/${id}/data/`)).json.checks, data.checks);
    assert.deepEqual((await bed.planner('GET', '/execution/')).json, []);
    const [listed] = (await bed.planner('GET', '/execution/?checks_and_kpis=True')).list;
    assert.equal(listed?.id, check.json.id);
  });

  it('that finds nothing leaves an empty finding: it was looked for', async () => {
    const { id } = await post('/instance/', { name: 'clean', schema: 'echo', data: { end: 1 } });
    await bed.ended((await post(`/data-check/instance/${id}/`)).id);
    assert.deepEqual((await bed.planner('GET', `/instance/${id}/data/`)).json.checks, {});
  });

  it('of an execution keeps its id and its solution', async () => {
    const { id } = await post('/instance/', { name: 'one', schema: 'echo', data });
    const body = { name: 'try', schema: 'echo', instance_id: id, config: {} };
    const execution = await post('/execution/', body);
    await bed.ended(execution.id);
    const check = await bed.planner('POST', `/data-check-kpis/execution//${execution.id}/`);
    assert.deepEqual([check.status, check.json.id, check.json.state], [201, execution.id, -7]);
    assert.equal((await bed.ended(execution.id)).json.state, 1);
    const after = (await bed.planner('GET', `/execution/${execution.id}/data/`)).json;
    assert.deepEqual([after.data, after.checks], [{ x: 1 }, { seen: [{ row: 1 }] }]);
    const kept = await bed.planner('POST', `/data-check/execution/${execution.id}/?run=0`);
    assert.equal(kept.json.state, -4);
  });

  it('of a case leaves its findings with the case', async () => {
    const { id } = await post('/case/', { name: 'c', schema: 'echo', data, solution: { y: 1 } });
    const check = await bed.planner('POST', `/data-check-kpis/case//${id}/`);
    assert.deepEqual([check.status, check.json.name], [201, 'data_check_case_c']);
    await bed.ended(check.json.id);
    const after = (await bed.planner('GET', `/case/${id}/data/`)).json;
    assert.deepEqual([after.checks, after.solution_checks], [data.checks, { seen: [{ row: 1 }] }]);
    const names = (await bed.planner('GET', '/instance/')).list.map((row) => row.name);
    assert.ok(!names.includes('data_check_case_c'));
  });

  it('of what is not there is told apart', async () => {
    for (const [what, id] of [
      ['execution', '0'.repeat(40)],
      ['instance', 'x'],
      ['case', '99999999999'],
    ]) {
      const { status, json } = await bed.planner('POST', `/data-check-kpis/${what}//${id}/`);
      assert.deepEqual([status, json.error], [404, `The ${what} to check does not exist`]);
    }
  });
});
