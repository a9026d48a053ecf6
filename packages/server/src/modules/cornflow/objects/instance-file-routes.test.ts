import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createObjectsBed, type ObjectsBed } from './objects-test-kit.ts';

const checkout = join(import.meta.dirname, '../../../../../..');

let bed: ObjectsBed;
before(async () => {
  bed = await createObjectsBed({
    appFolders: [join(checkout, 'apps/solvers')],
    runtimeFolders: [join(checkout, 'node_modules')],
  });
});
after(() => bed[Symbol.asyncDispose]());

const mps = `NAME small
ROWS
 N profit
 L room
COLUMNS
 M1 'MARKER' 'INTORG'
 x profit 3 room 2
 y profit 2 room 1
 M2 'MARKER' 'INTEND'
RHS
 rhs room 3.5
BOUNDS
 UP b x 4
 UP b y 2
ENDATA
`;
const lp = 'Maximize\n profit: 3 x + 2 y\nSubject To\n room: 2 x + y <= 3.5\nEnd\n';

/** As the client sends it: the sense as Python prints it. */
const send = async (file: { name: string; content: string } | undefined, fields: object = {}) => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ name: 'file', minimize: 'True', ...fields }))
    form.set(name, value);
  if (file !== undefined) form.set('file', new File([file.content], file.name));
  const answer = await fetch(`${bed.url}/instancefile/`, {
    method: 'POST',
    headers: { authorization: 'Bearer planner', 'content-encoding': 'br' },
    body: form,
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, string> };
};
const dataOf = async (id: string) =>
  (await bed.planner('GET', `/instance/${id}/data/`)).json.data as { parameters: { sense: number } };

describe('a file of a model', () => {
  it('becomes an instance that is solved like any other', async () => {
    const { status, json } = await send({ name: 'small.mps', content: mps }, { minimize: 'False' });
    assert.deepEqual([status, json['name'], json['schema']], [201, 'file', 'solve_model_dag']);
    const body = { name: 'x', instance_id: json['id'], config: {}, schema: 'solve_model_dag' };
    const { id } = (await bed.planner('POST', '/execution/', body)).json;
    assert.equal((await bed.ended(id)).json.state, 1);
    const { log } = (await bed.planner('GET', `/execution/${id}/log/`)).json;
    assert.deepEqual([log['status'], log['best_solution']], ['Optimal', 5]);
  });

  it('says its sense, or is told it', async () => {
    const senseOf = async (...given: Parameters<typeof send>) =>
      (await dataOf((await send(...given)).json['id'] ?? '')).parameters.sense;
    assert.equal(await senseOf({ name: 'a.mps', content: mps }), 1);
    assert.equal(await senseOf({ name: 'a.mps', content: mps }, { minimize: 'False' }), -1);
    assert.equal(await senseOf({ name: 'A.LP', content: lp }), -1);
  });

  it('is refused where it is none, with the line that is wrong', async () => {
    const refusal = async (...given: Parameters<typeof send>) => {
      const { status, json } = await send(...given);
      return [status, json['error']];
    };
    assert.deepEqual(await refusal(undefined), [400, 'No file was provided']);
    assert.deepEqual(await refusal({ name: 'a.txt', content: mps }), [
      400,
      "Could not open file to upload. Check the extension matches {'mps', 'lp'}",
    ]);
    const garbage = await send({ name: 'a.mps', content: 'garbage' });
    assert.deepEqual(
      [garbage.status, garbage.json['error']],
      [400, 'Error reading or parsing the MPS file.'],
    );
    assert.match(garbage.json['reason'] ?? '', /^Line 1/);
    assert.deepEqual(await refusal({ name: 'a.mps', content: mps }, { minimize: 'maybe' }), [
      400,
      "{'form': {'minimize': ['Not a valid boolean.']}}",
    ]);
  });
});
