import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readExamples } from '../testing/examples.ts';
import { schemaFault } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { PulpModel } from './dictionary.ts';
import { parseLp } from './lp.ts';

const folder = import.meta.dirname;
const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const examples = [...readExamples<PulpModel, PulpModel>(folder).values()];
const fault = (schema: string, value: unknown) => schemaFault(folder, schema, value, 'published');

for (const { name, instance } of examples) {
  test(`the example ${name} and its solution are after the schemas that clients of Cornflow have`, async () => {
    assert.equal(fault('instance', instance), undefined);
    const { solution } = await resultOf(folder, app, {
      task: 'solve',
      instance,
      solution: undefined,
      config: {},
    });
    assert.equal(fault('solution', solution), undefined);
  });
}

test('so is a model that was read from a file', () => {
  const model = parseLp('Maximize\n profit: 3 x + 2 y\nSubject To\n room: 2 x + y <= 3.5\nEnd\n');
  assert.equal(fault('instance', model), undefined);
});

test('every solver of the app that PuLP has a name for is among those of the published configuration', () => {
  const { properties } = read('published/config.json') as { properties: { solver: { enum: string[] } } };
  const { solvers } = read('manifest.json') as { solvers: string[] };
  const own = solvers.filter((solver) => solver !== 'mip');
  assert.ok(own.length > 0);
  assert.deepEqual(
    own.filter((solver) => !properties.solver.enum.includes(solver)),
    [],
  );
});

test('a solver that PuLP knows and the app has not is refused with those that there are', async () => {
  const [{ instance } = assert.fail()] = examples;
  const config = { solver: 'GUROBI' };
  assert.equal(fault('config', config), undefined);
  await assert.rejects(resultOf(folder, app, { task: 'solve', instance, solution: undefined, config }), {
    message: /there is no solver "GUROBI": there are mip, PULP_CBC_CMD/,
  });
});
