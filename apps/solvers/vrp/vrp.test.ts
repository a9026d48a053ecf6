import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../src/lib/random.ts';
import { exampleFiles, readExample } from '../testing/examples.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import type { Config, Instance, Solution } from './data.ts';
import { checkInstance } from './instance-checks.ts';
import { checkSolution, kpis, totalLength } from './solution-checks.ts';

const folder = import.meta.dirname;

const perform = (
  instance: Instance,
  config: Config,
  { stop, ...more }: { solution?: Solution; task?: 'check'; stop?: AbortSignal } = {},
) => resultOf(folder, app, { task: 'solve', instance, config, ...more }, stop);

const read = (file: string) => readExample<Instance, Solution>(folder, file);

/** By file: the first two are listed with these optima by CVRPLIB, the descriptions of the others reason theirs. */
const optima: Readonly<Record<string, number>> = {
  'p-n16-k8': 450,
  'e-n22-k4': 375,
  'two-sides': 48,
  'two-depots': 40,
  'one-way-ring': 4,
};

test('every example has a known optimum', () => {
  assert.deepEqual(exampleFiles(folder), Object.keys(optima).toSorted());
});

for (const [file, optimum] of Object.entries(optima)) {
  test(`${file}: mip proves the optimum ${optimum}`, async () => {
    const result = await perform(read(file).instance, { solver: 'mip', timeLimit: 30 });
    assert.equal(result.status, 'optimal');
    assert.equal(result.objective, optimum);
    assert.equal(result.solutionChecks, null);
    assert.equal(result.log.gap?.toFixed(3), '0.000');
  });

  test(`${file}: the heuristic finds the optimum ${optimum}`, async () => {
    const result = await perform(read(file).instance, { solver: 'heuristic', rounds: 500 });
    assert.equal(result.status, 'feasible');
    assert.equal(result.objective, optimum);
    assert.equal(result.solutionChecks, null);
  });
}

test('the solution in an example is what its description says', () => {
  const { instance, solution = { routes: [] } } = read('two-sides');
  assert.equal(totalLength(instance, solution), 48);
  assert.deepEqual(faults(checkSolution(instance, solution)), []);
});

test('names of solvers of Cornflow choose the heuristic', async () => {
  for (const solver of ['algorithm1', 'algorithm2', 'algorithm3']) {
    const result = await perform(read('two-sides').instance, { solver, rounds: 10 });
    assert.equal(result.objective, 48);
  }
});

test('random instances: mip proves what trying everything finds, the heuristic finds the same', async () => {
  const random = seededRandom('instances');
  for (let round = 0; round < 12; round++) {
    const instance = randomInstance(random, {
      depots: 1 + (round % 2),
      isSymmetric: round % 3 === 0,
      hasFleet: round % 4 < 2,
      isWhole: round % 5 > 0,
      missing: round % 3 === 1 ? 0.15 : 0,
    });
    const best = shortestByTrying(instance);
    const exact = await perform(instance, { solver: 'mip', timeLimit: 20 });
    assert.equal(exact.status, best === undefined ? 'infeasible' : 'optimal', `round ${round}`);
    assert.equal(exact.objective?.toFixed(6), best?.toFixed(6), `round ${round}`);
    const quick = await perform(instance, { solver: 'heuristic', rounds: 300 });
    if (best !== undefined) assert.equal(quick.objective?.toFixed(6), best.toFixed(6), `round ${round}`);
    else assert.equal(quick.status, 'not_solved', `round ${round}`);
    assert.equal(exact.solutionChecks, null);
    assert.equal(quick.solutionChecks, null);
  }
});

test('no more routes than vehicles, also where savings would take more', async () => {
  // Pairs of 6 + 4 fill two vehicles of 10; neighbours on the street are 6 + 6 and 4 + 4.
  const instance = street([1, 2, 50, 51], [6, 6, 4, 4], { capacity: 10, numVehicles: 2 });
  for (const solver of ['heuristic', 'mip']) {
    const result = await perform(instance, { solver, rounds: 100 });
    assert.equal(result.objective, 102 + 100);
    assert.equal(result.solutionChecks, null);
  }
});

test('one way streets that lead nowhere make an instance infeasible', async () => {
  const { instance } = read('one-way-ring');
  const tight = { ...instance, parameters: { capacity: 2 } };
  const result = await perform(tight, { solver: 'mip' });
  assert.equal(result.status, 'infeasible');
  assert.equal(result.solution, null);
});

test('a given solution is where the search begins', async () => {
  const { instance, solution } = read('two-sides');
  const result = await perform(instance, { rounds: 0 }, solution && { solution });
  assert.equal(result.objective, 48);
});

test('a search that is asked to end says so and gives its best', async () => {
  const controller = new AbortController();
  const { instance } = read('e-n22-k4');
  setTimeout(() => controller.abort(), 100);
  const result = await perform(instance, { rounds: 1e9 }, { stop: controller.signal });
  assert.equal(result.status, 'stopped');
  assert.equal(result.solutionChecks, null);
});

test('the time limit ends the heuristic with its best', async () => {
  const { instance } = read('e-n22-k4');
  const result = await perform(instance, { rounds: 1e9, timeLimit: 0.1 });
  assert.equal(result.status, 'time_limit');
  assert.equal(result.solutionChecks, null);
});

test('mip without time answers with the plan of the heuristic', async () => {
  const { instance } = read('e-n22-k4');
  const result = await perform(instance, { solver: 'mip', timeLimit: 0 });
  assert.equal(result.status, 'time_limit');
  assert.equal(result.solutionChecks, null);
  assert.ok((result.objective ?? 0) >= 375);
});

test('nothing to serve needs no routes', async () => {
  const result = await perform(street([], [], { capacity: 1 }), { solver: 'mip' });
  assert.equal(result.status, 'optimal');
  assert.deepEqual(result.solution, { routes: [] });
});

test('each fault of an instance has its table', () => {
  const good = read('two-sides').instance;
  const cases: Record<string, Partial<Instance>> = {
    no_depots: { depots: [] },
    repeated_nodes: { demand: [...good.demand, { n: 1, demand: 1 }] },
    repeated_arcs: { arcs: [...good.arcs, { n1: 1, n2: 2, w: 3 }] },
    unknown_nodes: { arcs: [...good.arcs, { n1: 1, n2: 77, w: 3 }] },
    nodes_without_arcs: { arcs: good.arcs.filter(({ n2 }) => n2 !== 3) },
    demand_over_capacity: { demand: good.demand.map((row) => ({ ...row, demand: row.n === 2 ? 3 : 1 })) },
    too_few_vehicles: { parameters: { capacity: 2, numVehicles: 1 } },
    demand_of_depots: { demand: [...good.demand, { n: 0, demand: 5 }] },
  };
  assert.deepEqual(faults(checkInstance(good)), []);
  for (const [table, change] of Object.entries(cases)) {
    const found = faults(checkInstance({ ...good, ...change }));
    assert.ok(found.includes(table), `${table}: ${found.join(', ')}`);
    if (table !== 'no_depots') assert.deepEqual(found, [table]);
  }
});

test('an unknown node in an arc or a demand of a depot is a warning only', async () => {
  const { instance } = read('two-sides');
  const odd = { ...instance, arcs: [...instance.arcs, { n1: 1, n2: 77, w: 3 }] };
  const result = await perform(odd, { solver: 'mip' });
  assert.equal(result.objective, 48);
  assert.deepEqual(result.instanceChecks, { unknown_nodes: [{ row: odd.arcs.length, n: 77 }] });
});

test('each fault of a solution has its table', () => {
  const { instance } = read('two-sides');
  const noArc = { ...instance, arcs: instance.arcs.filter(({ n1, n2 }) => n1 !== 1 || n2 !== 2) };
  const twoDepots = { ...instance, depots: [{ n: 0 }, { n: 9 }] };
  const oneVehicle = { ...instance, parameters: { capacity: 2, numVehicles: 1 } };
  const right = [
    [0, 1, 2, 0],
    [0, 3, 4, 0],
  ];
  const cases: readonly (readonly [string, Instance, number[][]])[] = [
    [
      'missing_nodes',
      instance,
      [
        [0, 1, 2, 0],
        [0, 3, 0],
      ],
    ],
    ['repeated_nodes', instance, [...right, [0, 3, 0]]],
    ['unknown_nodes', instance, [...right, [0, 42, 0]]],
    [
      'ends_not_at_depot',
      instance,
      [
        [1, 2, 0],
        [0, 3, 4, 0],
      ],
    ],
    [
      'ends_not_at_depot',
      twoDepots,
      [
        [0, 1, 2, 9],
        [0, 3, 4, 0],
      ],
    ],
    ['depots_inside', instance, [[0, 1, 2, 0, 3, 4, 0]]],
    ['missing_arcs', noArc, right],
    [
      'over_capacity',
      instance,
      [
        [0, 1, 2, 3, 0],
        [0, 4, 0],
      ],
    ],
    ['too_many_routes', oneVehicle, right],
  ];
  for (const [table, data, routes] of cases) {
    const found = faults(checkSolution(data, listed(routes)));
    assert.ok(found.includes(table), `${table}: ${found.join(', ')}`);
  }
  const twice = { routes: [...listed(right).routes, { route: 0, pos: 1, node: 1 }] };
  assert.ok(faults(checkSolution(instance, twice)).includes('repeated_positions'));
});

test('key figures are those of the routes', () => {
  const { instance } = read('two-sides');
  assert.deepEqual(
    kpis(
      instance,
      listed([
        [0, 1, 2, 0],
        [0, 3, 0],
        [0, 4, 0],
      ]),
    ),
    {
      routes: [
        { route: 0, nodes: 2, load: 2, load_percent: 100, length: 24 },
        { route: 1, nodes: 1, load: 1, load_percent: 50, length: 20 },
        { route: 2, nodes: 1, load: 1, load_percent: 50, length: 24 },
      ],
      totals: [{ routes: 3, length: 68, load: 4, load_percent: 66.67 }],
    },
  );
});

const faults = (findings: Readonly<Record<string, readonly object[]>>): string[] =>
  Object.keys(findings).filter((table) => (findings[table]?.length ?? 0) > 0);

const listed = (routes: readonly number[][]): Solution => ({
  routes: routes.flatMap((nodes, route) => nodes.map((node, pos) => ({ route, pos, node }))),
});

/** The depot 0 at place 0 of a street, nodes 1, 2, ... at the places given. */
const street = (
  places: readonly number[],
  demands: readonly number[],
  parameters: Instance['parameters'],
): Instance => {
  const all = [0, ...places];
  return {
    parameters,
    depots: [{ n: 0 }],
    demand: demands.map((demand, index) => ({ n: index + 1, demand })),
    arcs: all.flatMap((from, n1) =>
      all.flatMap((to, n2) => (n1 === n2 ? [] : [{ n1, n2, w: Math.abs(from - to) }])),
    ),
  };
};

interface Kind {
  readonly depots: number;
  readonly isSymmetric: boolean;
  readonly hasFleet: boolean;
  readonly isWhole: boolean;
  /** Part of the arcs that are left out. */
  readonly missing: number;
}

const randomInstance = (random: () => number, kind: Kind): Instance => {
  const upTo = (most: number): number => (kind.isWhole ? 1 + Math.floor(random() * most) : random() * most);
  const nodes = Array.from({ length: kind.depots + 6 }, (_, n) => n);
  const weights = new Map<string, number>();
  const arcs = nodes.flatMap((n1) =>
    nodes.flatMap((n2) => {
      if (n1 === n2 || random() < kind.missing) return [];
      const w = (kind.isSymmetric ? weights.get(`${n2} ${n1}`) : undefined) ?? upTo(50);
      weights.set(`${n1} ${n2}`, w);
      return [{ n1, n2, w }];
    }),
  );
  const demand = nodes.slice(kind.depots).map((n) => ({ n, demand: upTo(5) }));
  const total = demand.reduce((sum, { demand }) => sum + demand, 0);
  return {
    parameters: { capacity: Math.max(5, total / 2.5), ...(kind.hasFleet && { numVehicles: 3 }) },
    depots: nodes.slice(0, kind.depots).map((n) => ({ n })),
    demand,
    arcs,
  };
};

/** All ways to serve the nodes one after the other, each next in the open route or first in a new one. */
const shortestByTrying = ({ arcs, demand, depots, parameters }: Instance): number | undefined => {
  const weights = new Map(arcs.map(({ n1, n2, w }) => [`${n1} ${n2}`, w]));
  const cost = (n1: number, n2: number): number => weights.get(`${n1} ${n2}`) ?? Number.POSITIVE_INFINITY;
  let best = Number.POSITIVE_INFINITY;
  const extend = (
    left: readonly { n: number; demand: number }[],
    route: { depot: number; at: number; load: number },
    vehicles: number,
    length: number,
  ): void => {
    if (length >= best) return;
    const home = length + cost(route.at, route.depot);
    if (left.length === 0) best = Math.min(best, home);
    for (const next of left) {
      const rest = left.filter((node) => node !== next);
      const load = route.load + next.demand;
      if (load <= parameters.capacity)
        extend(rest, { ...route, at: next.n, load }, vehicles, length + cost(route.at, next.n));
      if (vehicles > 0 && home < best) open(next, rest, vehicles, home);
    }
  };
  const open = (
    first: { n: number; demand: number },
    rest: readonly { n: number; demand: number }[],
    vehicles: number,
    length: number,
  ): void => {
    for (const { n: depot } of depots)
      extend(rest, { depot, at: first.n, load: first.demand }, vehicles - 1, length + cost(depot, first.n));
  };
  for (const first of demand)
    open(
      first,
      demand.filter((node) => node !== first),
      parameters.numVehicles ?? demand.length,
      0,
    );
  return Number.isFinite(best) ? best : undefined;
};
