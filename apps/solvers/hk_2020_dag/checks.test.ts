import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExample } from '../testing/examples.ts';
import { schemaFault, withRows } from '../testing/findings.ts';
import { cyclesOf } from './cycles.ts';
import type { Assignment, Instance } from './data.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { checkSolution, endOf } from './solution-checks.ts';

const folder = import.meta.dirname;

/** Jobs 1 and 2, then 3, with much of everything: only what is broken on purpose is broken. */
const good: Instance = {
  jobs: [
    { id: 1, successor: 3 },
    { id: 2, successors: [3] },
  ],
  durations: [1, 2, 3].flatMap((job) => [1, 2].map((mode) => ({ job, mode, duration: mode + 1 }))),
  needs: [1, 2, 3].flatMap((job) => [
    { job, mode: 1, resource: 'R 1', need: 3 },
    { job, mode: 2, resource: 'R 1', need: 1 },
    { job, mode: 1, resource: 'N 1', need: 4 },
    { job, mode: 2, resource: 'N 1', need: 2 },
  ]),
  resources: [
    { id: 'R 1', available: 5 },
    { id: 'N 1', available: 10 },
  ],
};

const broken: readonly (readonly [table: string, change: Partial<Instance>, rows: readonly object[]])[] = [
  [
    'repeated_rows',
    { resources: [...good.resources, { id: 'R 1', available: 9 }] },
    [{ table: 'resources', key: 'R 1' }],
  ],
  [
    'repeated_rows',
    { durations: [...good.durations, { job: 2, mode: 1, duration: 7 }] },
    [{ table: 'durations', key: '2 1' }],
  ],
  [
    'repeated_rows',
    { needs: [...good.needs, { job: 2, mode: 1, resource: 'N 1', need: 0 }] },
    [{ table: 'needs', key: '2 1 N 1' }],
  ],
  [
    'negative_values',
    { resources: [...good.resources, { id: 'R 2', available: -1 }] },
    [{ table: 'resources', key: 'R 2', value: -1 }],
  ],
  [
    'negative_values',
    { durations: [...good.durations, { job: 2, mode: 3, duration: -2 }] },
    [{ table: 'durations', key: '2 3', value: -2 }],
  ],
  [
    'negative_values',
    { needs: good.needs.map((row, index) => (index === 0 ? { ...row, need: -3 } : row)) },
    [{ table: 'needs', key: '1 1 R 1', value: -3 }],
  ],
  [
    'unknown_references',
    { needs: [...good.needs, { job: 3, mode: 9, resource: 'R 1', need: 1 }] },
    [{ table: 'needs', row: 13, key: 'mode', value: '3 9' }],
  ],
  [
    'unknown_references',
    { needs: [...good.needs, { job: 3, mode: 1, resource: 'R 7', need: 1 }] },
    [{ table: 'needs', row: 13, key: 'resource', value: 'R 7' }],
  ],
  ['jobs_without_modes', { jobs: [...good.jobs, { id: 3, successor: 4 }] }, [{ job: 4 }]],
  ['cycles', { jobs: [...good.jobs, { id: 3, successors: [2] }] }, [{ number: 2, jobs: '2, 3' }]],
  ['cycles', { jobs: [...good.jobs, { id: 1, successor: 1 }] }, [{ number: 1, jobs: '1' }]],
  [
    'jobs_over_capacity',
    { needs: good.needs.map((row) => (row.job === 2 && row.resource === 'R 1' ? { ...row, need: 6 } : row)) },
    [{ job: 2 }],
  ],
  [
    'resources_too_scarce',
    {
      resources: [
        { id: 'R 1', available: 5 },
        { id: 'N 1', available: 5 },
      ],
    },
    [{ resource: 'N 1', needed: 6, available: 5 }],
  ],
];

test('an instance without faults has no findings', () => {
  assert.deepEqual(withRows(checkInstance(good)), {});
});

for (const [index, [table, change, rows]] of broken.entries()) {
  test(`a fault of an instance is in ${table} alone, with the row (${index + 1})`, () => {
    const found = checkInstance({ ...good, ...change });
    assert.deepEqual(withRows(found), { [table]: rows });
    assert.equal(schemaFault(folder, 'instance_checks', found), undefined);
  });
}

test('a chain of twenty thousand jobs is searched for cycles', () => {
  const chain = Array.from({ length: 20_000 }, (_, job) => ({ before: job, after: job + 1 }));
  assert.deepEqual(cyclesOf(chain), []);
  assert.equal(cyclesOf([...chain, { before: 20_000, after: 0 }])[0]?.length, 20_001);
});

const row = (job: number, mode: number, period: number): Assignment => ({ job, mode, period });
/** Each job in the mode that takes 3 and uses 1, the third after the others. */
const right = [row(1, 2, 0), row(2, 2, 0), row(3, 2, 3)];

const wrong: readonly (readonly [
  table: string,
  assignment: readonly Assignment[],
  rows: readonly object[],
])[] = [
  ['all_jobs_once', right.slice(0, 2), [{ job: 3 }]],
  ['repeated_jobs', [...right, row(3, 2, 6)], [{ job: 3, times: 2 }]],
  ['unknown_modes', [row(1, 2, 0), row(2, 5, 0), row(3, 2, 3)], [{ job: 2, mode: 5 }]],
  ['unknown_modes', [...right, row(8, 1, 0)], [{ job: 8, mode: 1 }]],
  ['negative_periods', [row(1, 2, -1), row(2, 2, 0), row(3, 2, 3)], [{ job: 1, period: -1 }]],
  [
    'successors',
    [row(1, 2, 0), row(2, 2, 0), row(3, 2, 2)],
    [
      { job1: 1, job2: 3, difference: 1 },
      { job1: 2, job2: 3, difference: 1 },
    ],
  ],
  [
    'resources_r',
    [row(1, 1, 0), row(2, 1, 1), row(3, 2, 3)],
    [{ resource: 'R 1', period: 1, last_period: 1, quantity: 1 }],
  ],
  ['resources_nr', [row(1, 1, 0), row(2, 1, 2), row(3, 1, 4)], [{ resource: 'N 1', quantity: 2 }]],
];

test('a solution without faults has no findings', () => {
  assert.deepEqual(withRows(checkSolution(good, { assignment: right })), {});
});

for (const [index, [table, assignment, rows]] of wrong.entries()) {
  test(`a fault of a solution is in ${table} alone, with the row (${index + 1})`, () => {
    const found = checkSolution(good, { assignment });
    assert.deepEqual(withRows(found), { [table]: rows });
    assert.equal(schemaFault(folder, 'solution_checks', found), undefined);
  });
}

test('a resource is renewable by its type, and by its letter only without one', () => {
  const typed = (type: string): Instance => ({
    ...good,
    resources: [
      { id: 'R 1', available: 5, type },
      { id: 'N 1', available: 99, type: 'N' },
    ],
  });
  const assignment = [row(1, 1, 0), row(2, 1, 2), row(3, 1, 4)];
  assert.deepEqual(withRows(checkSolution(typed('R'), { assignment })), {});
  assert.deepEqual(withRows(checkSolution(typed('N'), { assignment })), {
    resources_nr: [{ resource: 'R 1', quantity: 4 }],
  });
});

test('the schedule that the hackathon published for c1564_9 has no faults, and ends at 43', () => {
  const { instance } = readExample<Instance>(folder, 'c1564_9');
  const starts = [0, 0, 3, 7, 9, 12, 22, 23, 21, 24, 27, 29, 25, 26, 33, 39, 41, 43];
  const assignment = starts.map((period, index) => row(index + 1, 1, period));
  assert.deepEqual(withRows(checkSolution(instance, { assignment })), {});
  assert.equal(endOf(instance, { assignment }), 43);
});

test('figures are those of the schedule', () => {
  const figures = kpis(good, { assignment: [row(1, 1, 0), row(2, 2, 0), row(3, 2, 3)] });
  assert.deepEqual(figures, {
    project: [{ end: 6, jobs: 3, work: 8, jobs_at_once: 1.33 }],
    renewable_resources: [{ resource: 'R 1', available: 5, most: 4, used_percent: 40 }],
    non_renewable_resources: [{ resource: 'N 1', available: 10, taken: 8, taken_percent: 80 }],
  });
  assert.equal(schemaFault(folder, 'kpis', figures), undefined);
});
