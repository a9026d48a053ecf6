import type { Findings } from '../src/lib/app.ts';
import { parseDate } from './calendar.ts';
import type { Contract, Instance } from './data.ts';

/** Identifiers that are there twice or not at all, and contracts that contradict each other. */
export const checkReferences = (instance: Instance): Findings => ({
  repeated_ids: (['employees', 'shifts', 'contracts', 'skills'] as const).flatMap((table) =>
    repeated(instance[table] ?? []).map((id) => ({ table, id })),
  ),
  incoherent_foreign_keys: [
    ...missing(instance, 'id_employee', 'employees', [
      'contracts',
      'skills_employees',
      'employee_holidays',
      'employee_downtime',
      'employee_preferences',
      'employee_schedule',
    ]),
    ...missing(instance, 'id_shift', 'shifts', ['contracts']),
    ...missing(instance, 'id_skill', 'skills', ['skills_employees', 'skill_demand']),
  ],
  overlapping_contracts: overlaps(instance.contracts),
  contracts_within_week: withinWeek(instance),
  employees_without_contract: instance.employees
    .filter(({ id }) => !instance.contracts.some((contract) => contract.id_employee === id))
    .map(({ id }) => ({ id_employee: id })),
});

const repeated = (rows: readonly { readonly id: number }[]): number[] =>
  [...Map.groupBy(rows, ({ id }) => id)].filter(([, rows]) => rows.length > 1).map(([id]) => id);

type Referring = keyof Instance &
  (
    | 'contracts'
    | 'skills_employees'
    | 'skill_demand'
    | 'employee_holidays'
    | 'employee_downtime'
    | 'employee_preferences'
    | 'employee_schedule'
  );

const missing = (
  instance: Instance,
  key: 'id_employee' | 'id_shift' | 'id_skill',
  primary: 'employees' | 'shifts' | 'skills',
  tables: readonly Referring[],
): object[] => {
  const known = new Set((instance[primary] ?? []).map(({ id }) => id));
  return tables.flatMap((table) => {
    const rows: readonly Readonly<Record<string, unknown>>[] = (instance[table] ?? []).map((row) => ({
      ...row,
    }));
    const values = new Set(rows.map((row) => row[key]).filter((value) => typeof value === 'number'));
    return [...values]
      .filter((value) => !known.has(value))
      .map((value) => ({ primary_table: primary, foreign_table: table, key, value }));
  });
};

const lastDay = ({ end_contract: end }: Contract): string => end ?? '9999-12-31';

const overlaps = (contracts: readonly Contract[]): object[] =>
  contracts.flatMap((contract, index) =>
    contracts
      .slice(index + 1)
      .filter(
        (other) =>
          other.id_employee === contract.id_employee &&
          contract.start_contract <= lastDay(other) &&
          other.start_contract <= lastDay(contract),
      )
      .map((other) => ({ id_employee: contract.id_employee, id: contract.id, other: other.id })),
  );

/** Hours and days are asked of whole weeks: a contract that begins or ends inside one asks for what nobody can say. */
const withinWeek = ({ contracts, parameters }: Instance): object[] => {
  const first = parseDate(parameters.starting_date) ?? 0;
  const dayOf = (date: string): number => ((parseDate(date) ?? first) - first) / 86_400_000;
  const isInside = (day: number): boolean => day > 0 && day < parameters.horizon * 7 && day % 7 !== 0;
  return contracts.flatMap(({ id, start_contract: start, end_contract: end }) => [
    ...(isInside(dayOf(start)) ? [{ id, date: start }] : []),
    ...(typeof end === 'string' && isInside(dayOf(end) + 1) ? [{ id, date: end }] : []),
  ]);
};
