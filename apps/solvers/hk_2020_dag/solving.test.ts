import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exampleFiles, readExample } from '../testing/examples.ts';
import { schemaFault } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Config, Instance, Solution } from './data.ts';

const folder = import.meta.dirname;

const perform = (
  instance: Instance,
  config: Config,
  { stop, ...more }: { solution?: Solution; stop?: AbortSignal } = {},
) => resultOf(folder, app, { task: 'solve', instance, config, ...more }, stop);

const read = (file: string) => readExample<Instance, Solution>(folder, file);

/** By file: where the last job ends at the earliest. Sources stand in the descriptions. */
const optima: Readonly<Record<string, number>> = {
  'two-workers': 5,
  j102_5: 16,
  c1564_9: 19,
  j2029_3: 34,
  j3039_2: 42,
};

test('every example has a known optimum', () => {
  assert.deepEqual(exampleFiles(folder), Object.keys(optima).toSorted());
});

for (const [file, optimum] of Object.entries(optima)) {
  test(`${file}: the search finds the known optimum ${optimum}`, async () => {
    const result = await perform(read(file).instance, { solver: 'default', rounds: 3000 });
    assert.equal(result.objective, optimum);
    assert.equal(result.solutionChecks, null);
    assert.equal(schemaFault(folder, 'kpis', result.kpis), undefined);
  });
}

for (const file of ['two-workers', 'c1564_9', 'j2029_3']) {
  test(`${file}: mip proves the optimum ${optima[file]}`, async () => {
    const result = await perform(read(file).instance, { solver: 'mip', timeLimit: 60 });
    assert.deepEqual([result.status, result.objective], ['optimal', optima[file]]);
    assert.deepEqual([result.log.best_bound, result.log.gap], [optima[file], 0]);
    assert.equal(result.solutionChecks, null);
  });
}

test('the solution in an example is what its description says', () => {
  const { instance, solution = { assignment: [] } } = read('two-workers');
  assert.equal(app.objective(instance, solution), 5);
});

test('names of solvers of Cornflow choose a search or a proof', async () => {
  const { instance } = read('two-workers');
  for (const solver of ['Iterator_HL', 'loop_EJ', 'brute_EJ', 'ortools', 'Milp_LP_HL', 'mip.highs']) {
    const { objective } = await perform(instance, { solver, rounds: 50 });
    assert.equal(objective, 5, solver);
  }
});

test('less money makes it longer, and too little of it impossible', async () => {
  const { instance } = read('two-workers');
  const withMoney = (available: number): Instance => ({
    ...instance,
    resources: instance.resources.map((row) => (row.id === 'money' ? { ...row, available } : row)),
  });
  assert.equal((await perform(withMoney(3), { solver: 'mip' })).objective, 6);
  const none = await perform(withMoney(2), { solver: 'default' });
  assert.deepEqual([none.status, none.solution], ['infeasible', null]);
  assert.deepEqual(none.instanceChecks, {
    resources_too_scarce: [{ resource: 'money', needed: 3, available: 2 }],
  });
});

test('that no modes fit the stocks is proved where no check of the data sees it', async () => {
  // Each job takes 2 of one stock or of the other: three jobs do not part 3 and 3.
  const jobs = [1, 2, 3];
  const instance: Instance = {
    jobs: [],
    resources: [
      { id: 'N 1', available: 3 },
      { id: 'N 2', available: 3 },
    ],
    durations: jobs.flatMap((job) => [1, 2].map((mode) => ({ job, mode, duration: 1 }))),
    needs: jobs.flatMap((job) => [1, 2].map((mode) => ({ job, mode, resource: `N ${mode}`, need: 2 }))),
  };
  for (const solver of ['default', 'mip']) {
    const result = await perform(instance, { solver });
    assert.deepEqual([result.status, result.instanceChecks], ['infeasible', null], solver);
  }
  const wider = { ...instance, resources: [{ id: 'N 1', available: 4 }, instance.resources[1]] } as Instance;
  assert.equal((await perform(wider, { solver: 'default' })).objective, 1);
});

test('both ways to write what comes after a job say the same', async () => {
  const { instance } = read('two-workers');
  const jobs = [1, 2].map((id) => ({ id, successors: [3] }));
  const { objective, solutionChecks } = await perform({ ...instance, jobs }, { rounds: 100 });
  assert.deepEqual([objective, solutionChecks], [5, null]);
});

test('durations a million times as long take no longer to schedule, nor to prove', async () => {
  // No two fit beside each other, though two thirds of the capacity are used: only the model with time sees it.
  const blocks: Instance = {
    jobs: [],
    resources: [{ id: 'R', available: 3 }],
    durations: [1, 2, 3].map((job) => ({ job, mode: 1, duration: 2_000_000 })),
    needs: [1, 2, 3].map((job) => ({ job, mode: 1, resource: 'R', need: 2 })),
  };
  const result = await perform(blocks, { solver: 'mip', rounds: 10 });
  assert.deepEqual([result.status, result.objective], ['optimal', 6_000_000]);
  assert.ok((result.log.matrix?.variables ?? 0) < 30);
});

test('what takes no time may need more than there is', async () => {
  const instance: Instance = {
    jobs: [{ id: 1, successor: 2 }],
    resources: [{ id: 'R', available: 1 }],
    durations: [
      { job: 1, mode: 1, duration: 0 },
      { job: 2, mode: 1, duration: 3 },
    ],
    needs: [
      { job: 1, mode: 1, resource: 'R', need: 5 },
      { job: 2, mode: 1, resource: 'R', need: 1 },
    ],
  };
  const result = await perform(instance, {});
  assert.deepEqual([result.status, result.objective, result.solutionChecks], ['optimal', 3, null]);
});

test('a given solution is where the search begins', async () => {
  const { instance } = read('j3039_2');
  const { solution, objective } = await perform(instance, { rounds: 500 });
  assert.ok(solution);
  const again = await perform(instance, { rounds: 0 }, { solution });
  assert.equal(again.objective, objective);
});

test('a given solution with faults is mended', async () => {
  const { instance } = read('j102_5');
  const solution = { assignment: instance.durations.map(({ job }) => ({ job, mode: 1, period: 0 })) };
  const result = await perform(instance, { rounds: 0 }, { solution });
  assert.equal(result.solutionChecks, null);
  assert.equal(result.solution?.assignment.length, 12);
});

test('a search that is asked to end says so and gives its best', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 100);
  const result = await perform(read('j3039_2').instance, { rounds: 1e9 }, { stop: controller.signal });
  assert.deepEqual([result.status, result.solutionChecks], ['stopped', null]);
});

test('the time limit ends the search and the proof with their best', async () => {
  const { instance } = read('j3039_2');
  const quick = await perform(instance, { rounds: 1e9, timeLimit: 0.2 });
  assert.deepEqual([quick.status, quick.solutionChecks], ['time_limit', null]);
  const proof = await perform(instance, { solver: 'mip', timeLimit: 0.6 });
  assert.deepEqual([proof.status, proof.solutionChecks], ['time_limit', null]);
  assert.ok((proof.log.best_bound ?? 0) > 0 && (proof.log.best_bound ?? 0) < (proof.objective ?? 0));
});

test('the same task has the same answer', async () => {
  const { instance } = read('j2029_3');
  const [one, other] = [await perform(instance, { rounds: 100 }), await perform(instance, { rounds: 100 })];
  assert.deepEqual(one.solution, other.solution);
});

test('a project without jobs is done at once', async () => {
  const empty = { jobs: [], durations: [], needs: [], resources: [] };
  const result = await perform(empty, {});
  assert.deepEqual([result.status, result.solution], ['optimal', { assignment: [] }]);
});
