import assert from 'node:assert/strict';
import { test } from 'node:test';
import { app } from './app.ts';
import { readCalendar, slotName } from './calendar.ts';
import type { Instance, Solution, Work } from './data.ts';
import { independentParts } from './parts.ts';
import type { RuleMode } from './rules.ts';
import { checkSolution, objective } from './solution-checks.ts';
import { seededRandom } from '../src/lib/random.ts';
import { exampleFiles, readExample } from '../testing/examples.ts';
import { tablesWithRows } from '../testing/findings.ts';
import { resultOf } from '../testing/run-in-process.ts';

const folder = import.meta.dirname;

const perform = (instance: Instance, config: Readonly<Record<string, unknown>> = {}) =>
  resultOf(folder, app, { task: 'solve', instance, config });

const read = (file: string) => readExample<Instance, Solution>(folder, file);

/** By file: the description of each example reasons its optimum, but for the last, which HiGHS proved. */
const optima: Readonly<Record<string, number>> = {
  'base-case': 88,
  'busy-hours': 50,
  'holiday-worked': 31,
  'holiday-kept': 44,
  'short-night': 5,
  'manager-and-skill': 18,
  'shop-week': 538.5,
};

test('every example has a known optimum', () => {
  assert.deepEqual(exampleFiles(folder), Object.keys(optima).toSorted());
});

for (const [file, optimum] of Object.entries(optima)) {
  test(`${file}: mip proves the optimum ${optimum}`, async () => {
    const result = await perform(read(file).instance, { timeLimit: 30 });
    assert.equal(result.status, 'optimal');
    assert.equal(result.objective?.toFixed(6), optimum.toFixed(6));
    assert.equal(result.log.best_bound?.toFixed(6), optimum.toFixed(6));
    assert.equal(result.instanceChecks, null);
    const strict = Object.keys(result.solutionChecks ?? {}).filter((table) => table !== 'soft_rules');
    assert.deepEqual(strict, []);
  });
}

for (const file of ['base-case', 'busy-hours'])
  test(`${file}: the solution in it is what its description says`, () => {
    const { instance, solution = { works: [] } } = read(file);
    assert.equal(objective(instance, solution), optima[file]);
    assert.deepEqual(tablesWithRows(checkSolution(instance, solution)), []);
  });

/** Two people, two days of four hours; little enough to try every roster. */
const smallInstance = (random: () => number): Instance => {
  const pick = <Value>(...values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const mode = (): RuleMode => pick('strict', 'soft', 'soft', 'deactivated');
  const days = ['2026-03-02', '2026-03-03'];
  const maybe = <Row>(rows: readonly Row[]): Row[] => rows.filter(() => random() < 0.3);
  return {
    parameters: {
      horizon: 1,
      slot_length: 60,
      starting_date: '2026-03-02',
      min_working_hours: pick(1, 2),
      max_working_hours: pick(3, 4),
      min_resting_hours: pick(12, 21, 22),
    },
    requirements: {
      rq02: pick('soft', 'soft', 'strict', 'deactivated'),
      rq03: mode(),
      rq05: mode(),
      rq06: mode(),
      rq07: mode(),
      rq08: pick('soft', 'deactivated'),
      rq09: pick('soft', 'deactivated'),
      rq10: mode(),
      rq12: pick('strict', 'deactivated'),
      rq13: mode(),
      rq14: mode(),
      rq15: mode(),
    },
    penalties: {
      rq02: 2,
      rq03: 3,
      rq05: 4,
      rq06: 2,
      rq07: 5,
      rq08: 1,
      rq09: 2,
      rq10: 6,
      rq13: 3,
      rq14: 2,
      rq15: 4,
    },
    employees: [
      { id: 1, name: 'Ana', manager: true },
      { id: 2, name: 'Bo', manager: false, manager_tasks: random() < 0.3 },
    ],
    shifts: [
      { id: 1, name: 'day', start: '08:00', end: '13:00' },
      { id: 2, name: 'late', start: '09:00', end: '13:00' },
    ],
    contracts: [
      {
        id: 1,
        id_employee: 1,
        id_shift: 1,
        start_contract: days[0] ?? '',
        weekly_hours: pick(4, 6, 8),
        days_worked: 2,
      },
      {
        id: 2,
        id_employee: 2,
        id_shift: pick(1, 2),
        start_contract: days[0] ?? '',
        weekly_hours: pick(2, 4, 7),
        days_worked: pick(1, 2),
      },
    ],
    demand: days.flatMap((day) =>
      ['08:00', '09:00', '11:00', '12:00'].map((hour) => ({ day, hour, demand: Math.floor(random() * 12) })),
    ),
    // An hour of a break, at which nothing is asked of anybody.
    weekly_schedule: [1, 2].flatMap((week_day) => [
      { week_day, starting_hour: '08:00', ending_hour: '10:00' },
      { week_day, starting_hour: '11:00', ending_hour: '13:00' },
    ]),
    skills: [{ id: 1, name: 'till' }],
    skills_employees: maybe([
      { id_skill: 1, id_employee: 1 },
      { id_skill: 1, id_employee: 2 },
    ]),
    skill_demand: maybe(days.map((day) => ({ day, hour: '11:00', id_skill: 1, demand: pick(1, 2) }))),
    employee_holidays: maybe([1, 2].map((id) => ({ id_employee: id, day: pick(...days) }))),
    employee_downtime: maybe([{ id_employee: 2, day: pick(...days) }]),
    employee_preferences: maybe(
      days.map((day) => ({
        id_employee: pick(1, 2),
        day,
        start: pick('08:00', '09:00'),
        hours: pick(1, 2, 3),
      })),
    ),
    employee_schedule: maybe([{ id_employee: 2, week_day: pick(1, 2) }]),
  };
};

/** The least objective of all rosters without faults; undefined without any. */
const bestByTrying = (instance: Instance): number | undefined => {
  const days = readCalendar(instance).filter(({ open }) => open.length > 0);
  const parts = instance.employees.flatMap(({ id }) =>
    days.map(({ date, open }) => {
      const ways: Work[][] = [[]];
      for (let from = 0; from < open.length; from++) {
        for (let to = from + 1; to <= open.length; to++) {
          ways.push(
            open.slice(from, to).map((minute) => ({ id_employee: id, time_slot: slotName(date, minute) })),
          );
        }
      }
      return ways;
    }),
  );
  let best: number | undefined;
  const extend = (part: number, works: readonly Work[]): void => {
    const ways = parts[part];
    if (ways !== undefined) {
      for (const way of ways) extend(part + 1, [...works, ...way]);
      return;
    }
    // Cheaper than the checks, which would say the same.
    if (new Set(works.map((row) => row.time_slot)).size < 8) return;
    const found = tablesWithRows(checkSolution(instance, { works }));
    if (found.some((table) => table !== 'soft_rules')) return;
    const value = objective(instance, { works });
    best = best === undefined ? value : Math.min(best, value);
  };
  extend(0, []);
  return best;
};

test('random instances: mip proves what trying every roster finds', async () => {
  const random = seededRandom('rosters');
  const seen = { optimal: 0, infeasible: 0 };
  for (let round = 0; round < 8; round++) {
    const instance = smallInstance(random);
    const best = bestByTrying(instance);
    const result = await perform(instance);
    assert.equal(result.status, best === undefined ? 'infeasible' : 'optimal', `round ${round}`);
    assert.equal(result.objective?.toFixed(6), best?.toFixed(6), `round ${round}`);
    seen[best === undefined ? 'infeasible' : 'optimal']++;
  }
  assert.ok(seen.optimal > 2 && seen.infeasible > 0, JSON.stringify(seen));
});

test('a solver that is not known is refused by name', async () => {
  const { instance } = read('busy-hours');
  await assert.rejects(perform(instance, { solver: 'magic' }), /"mip"/);
});

test('a roster of fifteen minutes takes the demand of the hour in each of its four', async () => {
  const { instance } = read('busy-hours');
  const fine = { ...instance, parameters: { ...instance.parameters, slot_length: 15 } };
  const result = await perform(fine);
  assert.equal(result.objective, 200);
});

test('weeks that a night joins are planned together, others one by one with the same result', async () => {
  const { instance } = read('short-night');
  const twice = (restingHours: number): Instance => ({
    ...instance,
    parameters: { ...instance.parameters, horizon: 2, min_resting_hours: restingHours },
    weekly_schedule: [1, 7].map((week_day) => ({ week_day, starting_hour: '06:00', ending_hour: '22:00' })),
    employee_preferences: [
      { id_employee: 1, day: '2026-03-08', start: '14:00' },
      { id_employee: 1, day: '2026-03-09', start: '06:00' },
    ],
  });
  const partsOf = (instance: Instance) => independentParts(instance, readCalendar(instance)).length;
  assert.deepEqual([partsOf(twice(12)), partsOf(twice(8))], [1, 2]);
  // Ana is late on Sunday, and then either early on Monday or not, as in the example.
  const joined = await perform(twice(12));
  assert.equal(joined.objective, 5);
  const apart = await perform(twice(8));
  assert.equal(apart.objective, 0);
  assert.equal(apart.status, 'optimal');
  assert.equal(apart.solutionChecks, null);
});
