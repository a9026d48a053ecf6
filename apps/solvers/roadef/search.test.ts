import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../src/lib/random.ts';
import { exampleFiles, readExample } from '../testing/examples.ts';
import { resultOf, runInProcess } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Config, Instance, Solution } from './data.ts';
import { logisticRatio } from './costs.ts';

const folder = import.meta.dirname;
const read = (file: string) => readExample<Instance, Solution>(folder, file);

const perform = (
  instance: Instance,
  config: Config,
  { stop, ...more }: { solution?: Solution; stop?: AbortSignal } = {},
) => resultOf(folder, app, { task: 'solve', instance, config, ...more }, stop);

/** By file: the ratio that so many rounds reach at least; that of `tiny` is the optimum. */
const reached: Readonly<Record<string, readonly [rounds: number, ratio: number]>> = {
  region: [800, 0.0345],
  tiny: [300, 20],
  'v-1-0': [400, 0.058],
  'v-1-1': [50, 0.062],
};

test('every example is solved here', () => {
  assert.deepEqual(exampleFiles(folder), Object.keys(reached));
});

for (const [file, [rounds, ratio]] of Object.entries(reached)) {
  test(`${file}: a plan without faults at ${ratio} or less`, async () => {
    const result = await perform(read(file).instance, { rounds });
    assert.equal(result.status, 'feasible');
    assert.equal(result.solutionChecks, null);
    assert.ok((result.objective ?? 1e9) <= ratio + 1e-9, `${result.objective}`);
    assert.equal(result.log.best_solution?.toFixed(9), result.objective?.toFixed(9));
  });
}

/** The region with other tanks, windows, trailers, layovers and orders. */
const varied = ({ instance }: { readonly instance: Instance }, random: () => number): Instance => ({
  ...instance,
  parameters: { unit: 60, horizon: 72 },
  customers: instance.customers.map((row) => ({
    ...row,
    LayoverCustomer: random() < 0.3 ? 1 : row.LayoverCustomer,
    MinOperationQuantity: Math.floor(random() * 900),
    InitialTankQuantity: row.Capacity * (0.15 + 0.5 * random()),
  })),
  trailers: instance.trailers.map((row) => ({ ...row, InitialQuantity: row.Capacity * random() })),
  drivers: instance.drivers.map((row) => ({
    ...row,
    maxDrivingDuration: 200 + Math.floor(500 * random()),
    LayoverDuration: 200 + Math.floor(400 * random()),
  })),
  customersTimeWindows: instance.customersTimeWindows.map((row) => ({
    ...row,
    start: row.start + Math.floor(300 * random()),
  })),
  allowedTrailers: instance.allowedTrailers.filter(() => random() < 0.9),
  orders: instance.orders.map((row) => ({ ...row, earliestTime: Math.floor(random() * row.latestTime) })),
});

test('random instances: a plan that is called whole has no faults, one that is not lacks product and nothing else', async () => {
  const random = seededRandom('instances');
  const lacking = new Set(['qs_01_orders_satisfied', 'qs_02_runouts', 'site_inventory_negative']);
  const statuses = new Set<string>();
  for (let round = 0; round < 8; round++) {
    const result = await perform(varied(read('region'), random), { rounds: 40 });
    const found = Object.keys(result.solutionChecks ?? {});
    statuses.add(result.status);
    if (result.status === 'feasible') assert.deepEqual(found, [], `round ${round}`);
    else {
      assert.equal(result.status, 'not_solved', `round ${round}`);
      assert.ok(found.length > 0, `round ${round}`);
      assert.deepEqual(
        found.filter((table) => !lacking.has(table)),
        [],
        `round ${round}`,
      );
    }
  }
  assert.deepEqual([...statuses].toSorted(), ['feasible', 'not_solved']);
});

test('tiny: no course and no quantities have a ratio below 20', () => {
  const { instance, solution } = read('tiny');
  assert.equal(bestByTrying(instance), 20);
  assert.equal(solution && logisticRatio(instance, solution), 20);
});

test('the same task has the same plan', async () => {
  const { instance } = read('region');
  const [one, other] = [await perform(instance, { rounds: 100 }), await perform(instance, { rounds: 100 })];
  assert.deepEqual(one.solution, other.solution);
});

test('Greedy only constructs, and a plan that is given is where the search begins', async () => {
  const { instance } = read('v-1-0');
  const greedy = await perform(instance, { solver: 'Greedy' });
  assert.equal(greedy.solutionChecks, null);
  const again = await perform(instance, { rounds: 0 }, greedy.solution ? { solution: greedy.solution } : {});
  assert.deepEqual(again.solution, greedy.solution);
  const better = await perform(instance, { rounds: 400 });
  assert.ok((better.objective ?? 0) < (greedy.objective ?? 0));
});

test('names of solvers of Cornflow choose the search, and the log says so', async () => {
  const { instance } = read('tiny');
  for (const solver of ['MIPModel', 'PeriodicMIPModel', 'MIPModel.PULP_CBC_CMD', 'PeriodicMIPModel.GUROBI']) {
    const config = { solver, rounds: 300, maxSlack: 3 };
    const { result, lines } = await runInProcess(folder, app, { task: 'solve', instance, config });
    assert.equal(result?.objective, 20, solver);
    assert.ok(lines.some((line) => /is not a method of this app: Search is used/.test(line)));
  }
});

test('where no tank runs low nobody drives, which is the best there is', async () => {
  const { instance } = read('v-1-0');
  const result = await perform({ ...instance, parameters: { unit: 60, horizon: 24 } }, {});
  assert.equal(result.status, 'optimal');
  assert.deepEqual(result.solution, { info_shifts: [], details_shifts: [] });
  assert.equal(result.objective, 0);
});

test('who cannot be served in time is named, and the plan for the others is given', async () => {
  const { instance } = read('tiny');
  const late = {
    ...instance,
    forecasts: instance.forecasts.map((row) => (row.id_customer === 3 ? { ...row, time: 1 } : row)),
  };
  const { result, lines } = await runInProcess<Instance, Solution, Config>(folder, app, {
    task: 'solve',
    instance: late,
    config: { rounds: 300 },
  });
  assert.equal(result?.status, 'not_solved');
  assert.deepEqual(result.instanceChecks, {
    early_run_outs: [{ id_customer: 3, hour: 1, arrival: 120 }],
  });
  assert.deepEqual(Object.keys(result.solutionChecks ?? {}), ['site_inventory_negative', 'qs_02_runouts']);
  assert.ok(lines.some((line) => /too little for 3/.test(line)));
});

test('a search that is asked to end, or out of time, gives its best', async () => {
  const { instance } = read('tiny');
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  const stopped = await perform(instance, { rounds: 1e9 }, { stop: controller.signal });
  assert.equal(stopped.status, 'stopped');
  assert.equal(stopped.solutionChecks, null);
  const late = await perform(instance, { rounds: 1e9, timeLimit: 0.3 });
  assert.equal(late.status, 'time_limit');
  assert.equal(late.solutionChecks, null);
});

test('orders are met and layovers taken where the region asks for them', async () => {
  const { instance } = read('region');
  const { solution, kpis } = await perform(instance, { solver: 'Greedy' });
  assert.ok(solution?.details_shifts.some((step) => step.layover_before === 1));
  const totals = kpis?.['totals'] as { layovers: number }[] | undefined;
  assert.ok((totals?.[0]?.layovers ?? 0) > 0);
  const delivered = (customer: number): number =>
    solution?.details_shifts
      .filter(({ location }) => location === customer)
      .reduce((sum, { quantity }) => sum - quantity, 0) ?? 0;
  assert.equal(delivered(12), 3500);
  assert.ok(delivered(11) >= 0.9 * 6000 + 0.8 * 8000 && delivered(11) <= 14_000);
});

/** Of every course that fits into the one window, with every quantity: nothing is used before it ends. */
const bestByTrying = (instance: Instance): number => {
  const [trailer] = instance.trailers;
  const [window] = instance.driversTimeWindows;
  const way = new Map(instance.matrices.map((row) => [`${row.L1} ${row.L2}`, row.time]));
  const tanks = instance.customers.map((row) => {
    const used = instance.forecasts
      .filter(({ id_customer: id }) => id === row.index)
      .reduce((sum, { forecast }) => sum + forecast, 0);
    return {
      index: row.index,
      room: row.Capacity - row.InitialTankQuantity,
      needed: used + (row.SafetyLevel ?? 0) - row.InitialTankQuantity,
    };
  });
  const [source] = instance.sources;
  assert.ok(trailer && window && source);
  const latest = window.end - window.start;
  let best = Number.POSITIVE_INFINITY;
  const go = (
    here: number,
    minutes: number,
    driven: number,
    load: number,
    given: readonly number[],
  ): void => {
    const home = way.get(`${here} 0`) ?? 0;
    if (minutes + home > latest) return;
    const total = given.reduce((sum, amount) => sum + amount, 0);
    if (tanks.every(({ needed }, index) => (given[index] ?? 0) >= needed))
      best = Math.min(best, ((driven + home) * trailer.DistanceCost) / total);
    const leg = (to: number): number => way.get(`${here} ${to}`) ?? 0;
    if (here !== source.index) {
      const to = leg(source.index);
      go(source.index, minutes + to + source.setupTime, driven + to, trailer.Capacity, given);
    }
    for (const [index, { index: to, room }] of tanks.entries())
      for (let amount = 1; amount <= Math.min(load, room - (given[index] ?? 0)); amount++)
        go(
          to,
          minutes + leg(to) + (instance.customers[index]?.setupTime ?? 0),
          driven + leg(to),
          load - amount,
          given.with(index, (given[index] ?? 0) + amount),
        );
  };
  go(
    0,
    0,
    0,
    trailer.InitialQuantity,
    tanks.map(() => 0),
  );
  return best;
};
