import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCalendar, slotName, weekNumber } from './calendar.ts';
import type { Instance, Solution } from './data.ts';
import { checkInstance } from './instance-checks.ts';
import { kpis } from './kpis.ts';
import { checkSolution, objective } from './solution-checks.ts';
import { readExample } from '../testing/examples.ts';
import { tablesWithRows } from '../testing/findings.ts';

const read = (file: string) => readExample<Instance, Solution>(import.meta.dirname, file);

test('the time slots of the calendar are whole, by exception and holiday', () => {
  const { instance } = read('busy-hours');
  const days = readCalendar({
    ...instance,
    parameters: { ...instance.parameters, slot_length: 30 },
    weekly_schedule: [1, 2, 3].map((week_day) => ({
      week_day,
      starting_hour: '08:10',
      ending_hour: '09:40',
    })),
    schedule_exceptions: [{ date: '2026-03-03', starting_hour: '10:00', ending_hour: '11:00' }],
    store_holidays: [{ day: '2026-03-04' }],
  });
  assert.deepEqual(
    days.map(({ open }) => open),
    [[480, 510, 540, 570], [600, 630], [], [], [], [], []],
  );
  assert.deepEqual(
    days.map(({ weekDay }) => weekDay),
    [1, 2, 3, 4, 5, 6, 7],
  );
});

test('weeks have their ISO numbers at the turn of years', () => {
  // ISO 8601: the week of the year's first Thursday is week 1; 2020 has 53.
  assert.deepEqual(['2026-01-01', '2020-12-31', '2021-01-03', '2021-01-04'].map(weekNumber), [1, 53, 53, 1]);
});

test('each fault of an instance has its table', () => {
  const good = read('shop-week').instance;
  const [contract] = good.contracts;
  assert.ok(contract);
  const with_ = (change: Partial<Instance['parameters']>): Partial<Instance> => ({
    parameters: { ...good.parameters, ...change },
  });
  const cases: Record<string, Partial<Instance>> = {
    repeated_ids: { skills: [...(good.skills ?? []), { id: 1, name: 'again' }] },
    incoherent_foreign_keys: { employee_holidays: [{ id_employee: 77, day: '2026-03-04' }] },
    overlapping_contracts: {
      contracts: [...good.contracts, { ...contract, id: 99, start_contract: '2027-01-04' }],
    },
    contracts_within_week: {
      contracts: good.contracts.map((row) =>
        row.id === contract.id ? { ...row, end_contract: '2026-03-07' } : row,
      ),
    },
    employees_without_contract: { employees: [...good.employees, { id: 9, name: 'Guy', manager: false }] },
    dates: { store_holidays: [{ day: '2026-02-30' }] },
    hours_order: { shifts: [...good.shifts, { id: 3, name: 'night', start: '22:00', end: '06:00' }] },
    timeslot_length: with_({ slot_length: 45 }),
    weekly_schedule_timeslots: {
      weekly_schedule: good.weekly_schedule.map((row) => ({ ...row, starting_hour: '09:15' })),
    },
    schedule_exceptions_timeslots: {
      schedule_exceptions: [{ date: '2026-03-02', starting_hour: '09:00', ending_hour: '20:30' }],
    },
    shift_hours_timeslots: { shifts: [...good.shifts, { id: 3, name: 'odd', start: '09:20', end: '12:00' }] },
    employee_preferences_timeslots: {
      employee_preferences: [{ id_employee: 1, day: '2026-03-02', start: '09:10' }],
    },
    penalties: { penalties: {} },
    slots_without_employees: {
      weekly_schedule: [
        ...good.weekly_schedule,
        { week_day: 6, starting_hour: '21:00', ending_hour: '22:00' },
      ],
    },
    slots_without_managers: {
      employees: good.employees.map((row) => ({ ...row, manager: false, manager_tasks: false })),
    },
    skill_demand_not_possible: { requirements: {}, skills_employees: [] },
    weekly_hours_not_possible: with_({ max_working_hours: 7 }),
    demand_outside_hours: { demand: [...good.demand, { day: '2026-03-02', hour: '22:00', demand: 1 }] },
  };
  assert.deepEqual(tablesWithRows(checkInstance(good)), []);
  for (const [table, change] of Object.entries(cases)) {
    const found = tablesWithRows(checkInstance({ ...good, ...change }));
    assert.ok(found.includes(table), `${table}: ${found.join(', ')}`);
  }
});

test('hours of a week shrink with absences only where too few days are left', () => {
  const { instance } = read('shop-week');
  const asked = (employee_downtime: Instance['employee_downtime'] = []): unknown =>
    kpis({ ...instance, employee_downtime }, { works: [] })['employees']?.[0];
  const down = (...days: readonly string[]) => days.map((day) => ({ id_employee: 1, day }));
  const row = { id_employee: 1, week: 10, hours: 0, days: 0 };
  // Ana has 40 hours on five of six days, and one of them is a holiday.
  assert.deepEqual(asked(), { ...row, hours_asked: 40 });
  assert.deepEqual(asked(down('2026-03-02')), { ...row, hours_asked: 32 });
});

/** Open on Monday and Tuesday from 8 to 12; Ana may work on both, Bo on one from 9 on. */
const ruled: Instance = {
  parameters: {
    horizon: 1,
    slot_length: 60,
    starting_date: '2026-03-02',
    min_working_hours: 2,
    max_working_hours: 3,
    min_resting_hours: 21,
  },
  requirements: {},
  employees: [
    { id: 1, name: 'Ana', manager: true },
    { id: 2, name: 'Bo', manager: false },
  ],
  shifts: [
    { id: 1, name: 'day', start: '08:00', end: '12:00' },
    { id: 2, name: 'late', start: '09:00', end: '12:00' },
  ],
  contracts: [
    { id: 1, id_employee: 1, id_shift: 1, start_contract: '2026-01-05', weekly_hours: 6, days_worked: 2 },
    { id: 2, id_employee: 2, id_shift: 2, start_contract: '2026-01-05', weekly_hours: 3, days_worked: 1 },
  ],
  demand: [],
  weekly_schedule: [1, 2].map((week_day) => ({ week_day, starting_hour: '08:00', ending_hour: '12:00' })),
  skills: [{ id: 1, name: 'till' }],
  skills_employees: [{ id_skill: 1, id_employee: 2 }],
};

const roster = (
  ...blocks: readonly (readonly [employee: number, day: number, from: number, to: number])[]
): Solution => ({
  works: blocks.flatMap(([id_employee, day, from, to]) =>
    Array.from({ length: to - from }, (_, index) => ({
      id_employee,
      time_slot: slotName(`2026-03-0${day}`, (from + index) * 60),
    })),
  ),
});

test('each fault of a solution has its table and its row', () => {
  const monday = '2026-03-02';
  const cases: readonly (readonly [
    table: string,
    row: object,
    solution: Solution,
    change?: Partial<Instance>,
  ])[] = [
    ['unknown_employees', { id_employee: 7 }, roster([7, 2, 8, 9])],
    [
      'unknown_slots',
      { timeslot: '2026-04-02T08:00' },
      { works: [{ id_employee: 1, time_slot: '2026-04-02T08:00' }] },
    ],
    ['repeated_works', { id_employee: 1, time_slot: '2026-03-02T08:00' }, roster([1, 2, 8, 9], [1, 2, 8, 9])],
    ['slots_closed_with_workers', { timeslot: '2026-03-02T13:00' }, roster([1, 2, 13, 14])],
    ['slots_without_workers', { timeslot: '2026-03-02T11:00' }, roster([1, 2, 8, 11])],
    ['split_shifts', { date: monday, id_employee: 1 }, roster([1, 2, 8, 9], [1, 2, 10, 11])],
    ['outside_shift', { id_employee: 2, time_slot: '2026-03-02T08:00' }, roster([2, 2, 8, 10])],
    ['difference_hours_worked', { week: 10, id_employee: 1, extra_hours: -3 }, roster([1, 2, 8, 11])],
    [
      'max_hours_worked_per_day',
      { date: monday, id_employee: 1, nb_hours_worked: 4, max_hours_day: 3 },
      roster([1, 2, 8, 12]),
    ],
    [
      'days_worked_per_week',
      { week: 10, id_employee: 2, nb_days_worked: 2, max_days_week: 1 },
      roster([2, 2, 9, 11], [2, 3, 9, 11]),
    ],
    [
      'min_hours_worked_per_day',
      { date: monday, id_employee: 1, nb_hours_worked: 1, min_hours_day: 2 },
      roster([1, 2, 8, 9]),
    ],
    ['rest_hours', { date: monday, id_employee: 1, rest_hours: 20 }, roster([1, 2, 10, 12], [1, 3, 8, 10])],
    ['manager_present', { timeslot: '2026-03-02T09:00' }, roster([2, 2, 9, 12])],
    [
      'skills_demand',
      { timeslot: '2026-03-02T09:00', id_skill: 1, number_missing: 1 },
      roster([1, 2, 8, 11]),
      { skill_demand: [{ day: monday, hour: '09:00', id_skill: 1, demand: 1 }] },
    ],
    [
      'employee_holidays',
      { date: monday, id_employee: 1 },
      roster([1, 2, 8, 11]),
      { employee_holidays: [{ id_employee: 1, day: monday }] },
    ],
    [
      'employee_downtime',
      { date: monday, id_employee: 1 },
      roster([1, 2, 8, 11]),
      { employee_downtime: [{ id_employee: 1, day: monday }] },
    ],
    [
      'start_hour_preference',
      { date: monday, id_employee: 1, start_hour: '08:00' },
      roster([1, 2, 8, 11]),
      { employee_preferences: [{ id_employee: 1, day: monday, start: '09:00' }] },
    ],
    [
      'number_hours_preferences',
      { date: monday, id_employee: 1, number_hours_worked: 3 },
      roster([1, 2, 8, 11]),
      { employee_preferences: [{ id_employee: 1, day: monday, hours: 2 }] },
    ],
    [
      'work_days',
      { date: monday, id_employee: 1 },
      roster([1, 2, 8, 11]),
      { employee_schedule: [{ id_employee: 1, week_day: 2 }] },
    ],
  ];
  for (const [table, row, solution, change] of cases) {
    const found = checkSolution({ ...ruled, ...change }, solution)[table] ?? [];
    assert.ok(
      found.some((one) => JSON.stringify(one) === JSON.stringify(row)),
      `${table}: ${JSON.stringify(found)}`,
    );
  }
});

test('a soft rule is a warning that costs, a deactivated one is nothing', () => {
  const late = roster([1, 2, 8, 11]);
  const wish = { employee_preferences: [{ id_employee: 1, day: '2026-03-02', start: '09:00' }] };
  const soft = { ...ruled, ...wish, requirements: { rq13: 'soft' as const }, penalties: { rq13: 7 } };
  const off = { ...ruled, ...wish, requirements: { rq13: 'deactivated' as const } };
  assert.deepEqual(checkSolution(soft, late)['soft_rules'], [
    { requirement: 'rq13', amount: 1, penalty: 7, date: '2026-03-02', id_employee: 1, start_hour: '08:00' },
  ]);
  assert.equal(checkSolution(soft, late)['start_hour_preference'], undefined);
  assert.deepEqual(checkSolution(off, late)['soft_rules'], []);
  assert.equal(objective(soft, late) - objective(off, late), 7);
});
