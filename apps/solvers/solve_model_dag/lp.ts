import { addTerm, type Column, dictionaryOf, ModelFileError, type Row } from './builder.ts';
import type { PulpModel } from './dictionary.ts';
import { type Section, sectionsOf, type Token } from './lp-tokens.ts';

/**
 * Reads a file in CPLEX LP format into the dictionary: the objective (first), constraints (also `lazy` ones, and with
 * bounds on both sides), Bounds, General, Binary and SOS. Quadratic terms, semi-continuous variables, indicators and
 * variables on the right side are refused by name.
 */
export const parseLp = (text: string): PulpModel => {
  const sections = sectionsOf(text);
  const [first, ...others] = sections;
  if (first?.name !== 'objective') throw new ModelFileError(1, 'the file does not begin with an objective');
  const lp: Lp = { rows: new Map(), columns: new Map(), sos1: [], sos2: [] };
  const objective = readObjective(first, lp);
  for (const section of others) {
    const cursor = cursorOf(section);
    if (section.name === 'objective') cursor.fail('a second objective');
    else if (section.name !== 'end') while (cursor.peek() !== undefined) readers[section.name](cursor, lp);
  }
  return dictionaryOf({
    name: 'NoName',
    sense: first.keyword.startsWith('max') ? -1 : 1,
    objective,
    rows: lp.rows.values(),
    columns: lp.columns.values(),
    sos1: lp.sos1,
    sos2: lp.sos2,
  });
};

interface Lp {
  readonly rows: Map<string, Row>;
  readonly columns: Map<string, Column>;
  readonly sos1: Record<string, number>[];
  readonly sos2: Record<string, number>[];
}

interface Cursor {
  peek(ahead?: number): Token | undefined;
  next(): Token | undefined;
  fail(reason: string): never;
}

const cursorOf = ({ tokens }: Section): Cursor => {
  let at = 0;
  return {
    peek: (ahead = 0) => tokens[at + ahead],
    next: () => tokens[at++],
    fail: (reason) => {
      throw new ModelFileError((tokens[at] ?? tokens.at(-1))?.line ?? 1, reason);
    },
  };
};

const is = (token: Token | undefined, text: string): boolean => token?.text === text && token.kind !== 'name';

const columnOf = (lp: Lp, name: string): Column => {
  let column = lp.columns.get(name);
  if (column === undefined) {
    column = { name, lower: 0, upper: Infinity, integer: false };
    lp.columns.set(name, column);
  }
  return column;
};

/** `name :`, where it stands. */
const readLabel = (cursor: Cursor): string | undefined => {
  if (cursor.peek()?.kind !== 'name' || !is(cursor.peek(1), ':')) return undefined;
  const label = cursor.next()?.text;
  cursor.next();
  return label;
};

interface Expression {
  readonly terms: Map<string, number>;
  constant: number;
}

/** Terms up to a sense or the end. */
const readExpression = (cursor: Cursor, lp: Lp): Expression => {
  const expression: Expression = { terms: new Map(), constant: 0 };
  for (let token = cursor.peek(); token !== undefined && token.kind !== 'sense'; token = cursor.peek()) {
    const sign = readSign(cursor);
    const number = cursor.peek()?.kind === 'number' ? Number(cursor.next()?.text) : undefined;
    const after = cursor.peek();
    if (after?.kind === 'name' && !is(cursor.peek(1), ':')) {
      cursor.next();
      columnOf(lp, after.text);
      addTerm(expression.terms, after.text, sign * (number ?? 1));
    } else if (number === undefined) cursor.fail(`${after?.text ?? 'the end'} where a term should stand`);
    else expression.constant += sign * number;
    const end = cursor.peek();
    if (is(end, '[') || is(end, '*') || is(end, '^'))
      cursor.fail('quadratic terms cannot stand in this dictionary');
    if (end !== undefined && end.kind !== 'sense' && end.kind !== 'sign')
      cursor.fail(`${end.text} where a sign should stand`);
  }
  return expression;
};

const readSign = (cursor: Cursor): 1 | -1 => {
  let sign: 1 | -1 = 1;
  while (is(cursor.peek(), '+') || is(cursor.peek(), '-')) {
    if (is(cursor.next(), '-')) sign = sign === 1 ? -1 : 1;
  }
  if (is(cursor.peek(), '[')) cursor.fail('quadratic terms cannot stand in this dictionary');
  return sign;
};

/** A number alone, also `-inf`; nothing that belongs to it may follow on its line. */
const readValue = (cursor: Cursor): number => {
  const sign = readSign(cursor);
  const token = cursor.next();
  if (token?.kind === 'name' && /^inf(inity)?$/i.test(token.text)) return sign * Infinity;
  if (token?.kind !== 'number') return cursor.fail(`${token?.text ?? 'the end'} where a number should stand`);
  return sign * Number(token.text);
};

type Sense = '<' | '=' | '>';

const readSense = (cursor: Cursor): Sense => {
  const token = cursor.next();
  if (token?.kind !== 'sense')
    return cursor.fail(`${token?.text ?? 'the end'} where <=, = or >= should stand`);
  return token.text.includes('<') ? '<' : token.text.includes('>') ? '>' : '=';
};

const flipped = { '<': '>', '=': '=', '>': '<' } as const;

/** Sets what `what (sense) value` says. */
const limit = (what: { lower: number; upper: number }, sense: Sense, value: number): void => {
  const target = what;
  if (sense !== '<') target.lower = value;
  if (sense !== '>') target.upper = value;
};

const readObjective = (
  section: Section,
  lp: Lp,
): { name: string; terms: Map<string, number>; constant: number } => {
  const cursor = cursorOf(section);
  const name = readLabel(cursor) ?? 'OBJ';
  const expression = readExpression(cursor, lp);
  if (cursor.peek() !== undefined) cursor.fail('a sense in the objective');
  return { name, ...expression };
};

type Reader = (cursor: Cursor, lp: Lp) => void;

const constraint: Reader = (cursor, lp) => {
  const label = readLabel(cursor);
  let name = label ?? `R${lp.rows.size + 1}`;
  if (label === undefined) while (lp.rows.has(name)) name += '_';
  else if (lp.rows.has(name)) cursor.fail(`constraint ${name} stands twice`);
  let expression = readExpression(cursor, lp);
  const row: Row = { name, lower: -Infinity, upper: Infinity, terms: new Map() };
  if (expression.terms.size === 0 && cursor.peek()?.kind === 'sense') {
    const left = expression.constant;
    const sense = readSense(cursor);
    expression = readExpression(cursor, lp);
    limit(row, flipped[sense], left - expression.constant);
    if (cursor.peek()?.kind !== 'sense') cursor.fail('a number on the left needs another on the right');
  }
  for (const [column, value] of expression.terms) row.terms.set(column, value);
  const sense = readSense(cursor);
  const line = cursor.peek()?.line;
  limit(row, sense, readValue(cursor) - expression.constant);
  const after = cursor.peek();
  if (after !== undefined && after.line === line && !is(cursor.peek(1), ':')) {
    cursor.fail(`${after.text} after the right side, which may be only a number`);
  }
  lp.rows.set(name, row);
};

const bound: Reader = (cursor, lp) => {
  const isNamed = cursor.peek()?.kind === 'name' && !/^inf(inity)?$/i.test(cursor.peek()?.text ?? '');
  const left = isNamed ? undefined : { value: readValue(cursor), sense: readSense(cursor) };
  const token = cursor.next();
  if (token?.kind !== 'name') return cursor.fail(`${token?.text ?? 'the end'} where a variable should stand`);
  const column = columnOf(lp, token.text);
  if (left !== undefined) limit(column, flipped[left.sense], left.value);
  const after = cursor.peek();
  if (after?.kind === 'sense') limit(column, readSense(cursor), readValue(cursor));
  else if (left === undefined) {
    if (!/^free$/i.test(after?.text ?? '')) cursor.fail(`${token.text} has no bound`);
    cursor.next();
    [column.lower, column.upper] = [-Infinity, Infinity];
  }
};

const integer = (cursor: Cursor, lp: Lp): Column => {
  const token = cursor.next();
  if (token?.kind !== 'name') return cursor.fail(`${token?.text ?? 'the end'} where a variable should stand`);
  const column = columnOf(lp, token.text);
  column.integer = true;
  return column;
};

/** Bounds within [0, 1] stay: a fixed binary variable. */
const binary: Reader = (cursor, lp) => {
  const column = integer(cursor, lp);
  column.lower = Math.max(0, column.lower);
  column.upper = Math.min(1, column.upper);
};

/** `set: S1:: x:1 y:2`. */
const sos: Reader = (cursor, lp) => {
  readLabel(cursor);
  const type = cursor.next()?.text.toUpperCase();
  if ((type !== 'S1' && type !== 'S2') || !is(cursor.next(), ':') || !is(cursor.next(), ':')) {
    cursor.fail('a set begins with its name and S1:: or S2::');
  }
  const weights: Record<string, number> = {};
  while (
    cursor.peek()?.kind === 'name' &&
    is(cursor.peek(1), ':') &&
    !/^s[12]$/i.test(cursor.peek(2)?.text ?? '')
  ) {
    const name = readLabel(cursor) ?? '';
    columnOf(lp, name);
    weights[name] = readValue(cursor);
  }
  (type === 'S1' ? lp.sos1 : lp.sos2).push(weights);
};

const readers: Readonly<Record<Exclude<Section['name'], 'objective' | 'end'>, Reader>> = {
  constraints: constraint,
  bounds: bound,
  general: integer,
  binary,
  sos,
};
