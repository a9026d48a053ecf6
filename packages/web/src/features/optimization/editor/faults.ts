import type { SchemaFault } from '../schema-faults.ts';
import { problemIn, type CellProblem, type CellRule } from './cells.ts';
import { nameOfPath, type EditedDocument, type EditedTable } from './edited-document.ts';

/** Something wrong at a place of the document that is edited. */
export interface Fault {
  /** Of a table, or of a single value. */
  readonly path: string;
  /** From 0; undefined for single values and for what concerns a table as a whole. */
  readonly row: number | undefined;
  /** Undefined for what concerns a row as a whole. */
  readonly rule: CellRule | undefined;
  /** What was found here, or by the server. */
  readonly problem: CellProblem | { readonly told: SchemaFault };
}

/** A fault that the server told, with what stood there: it is past once that was changed. */
export interface ToldFault {
  readonly fault: SchemaFault;
  /** The row, or the single value; undefined where neither was meant. */
  readonly held: unknown;
}

const tableNamed = (document: EditedDocument, { table, row, key }: SchemaFault): EditedTable | undefined =>
  row === null
    ? undefined
    : document.tables.find(
        ({ path }) => nameOfPath(path) === table || (path[0] === table && key.startsWith(`${path[1]}.`)),
      );

const valueNamed = (document: EditedDocument, { table, key }: SchemaFault) =>
  document.values.find(({ path: [name, inner] }) => name === table && (inner ?? '') === key);

/** What was told of the document that was sent. */
export const holdFaults = (sent: EditedDocument, faults: readonly SchemaFault[]): readonly ToldFault[] =>
  faults.map((fault) => ({
    fault,
    held: tableNamed(sent, fault)?.rows[(fault.row ?? 0) - 1] ?? valueNamed(sent, fault)?.value,
  }));

const toldIn = (document: EditedDocument, { fault, held }: ToldFault): Fault[] => {
  const problem = { told: fault };
  const table = tableNamed(document, fault);
  if (table !== undefined) {
    const row = table.rows.findIndex((each) => each === held);
    const rule = table.rules.find(({ name }) => name === fault.key.split('.')[0] || table.isPlain);
    return row === -1 ? [] : [{ path: nameOfPath(table.path), row, rule, problem }];
  }
  const value = valueNamed(document, fault);
  if (value === undefined) return [{ path: fault.table, row: undefined, rule: undefined, problem }];
  if (value.value !== held) return [];
  return [{ path: nameOfPath(value.path), row: undefined, rule: value.rule, problem }];
};

/** All that is known to be wrong with the document: what can be told here, and what the server told of what still stands. */
export const faultsIn = (document: EditedDocument, told: readonly ToldFault[]): readonly Fault[] => {
  const found: Fault[] = document.values.flatMap(({ path, rule, value }) => {
    const problem = problemIn(rule, value);
    return problem === undefined ? [] : [{ path: nameOfPath(path), row: undefined, rule, problem }];
  });
  for (const { path, rules, rows } of document.tables) {
    rows.forEach((row, place) => {
      for (const rule of rules) {
        const problem = problemIn(rule, row[rule.name]);
        if (problem !== undefined) found.push({ path: nameOfPath(path), row: place, rule, problem });
      }
    });
  }
  const places = new Set(found.map(placeOf));
  const others = told.flatMap((each) => toldIn(document, each));
  return [...found, ...others.filter((fault) => !places.has(placeOf(fault)))];
};

/** The same for faults of one cell. */
const placeOf = ({ path, row, rule }: Fault): string => JSON.stringify([path, row, rule?.name]);
