import { addTerm, type Column, dictionaryOf, ModelFileError, type Row } from './builder.ts';
import type { PulpModel } from './dictionary.ts';
import { type Layout, readFields, readNumber } from './mps-fields.ts';

interface MpsOptions {
  /** Where the file does not say. Default true. */
  readonly minimize?: boolean;
}

/**
 * Reads an MPS file, in free or fixed columns, into the dictionary. Sections: NAME, OBJSENSE, OBJNAME, ROWS, COLUMNS
 * with integer markers, RHS, RANGES, BOUNDS, SOS, ENDATA. What the dictionary cannot hold (quadratic terms,
 * semi-continuous variables, cones) is refused by name. Where the standard is silent the rules are those of CPLEX's
 * reference: an integer column between markers without bounds is binary, and a negative upper bound alone frees the
 * lower one.
 */
export const parseMps = (text: string, options: MpsOptions = {}): PulpModel => {
  try {
    return parse(text, 'free', options);
  } catch (error) {
    // Names with blanks are found by the columns they stand in; when that fails too, the first message says more.
    try {
      return parse(text, 'fixed', options);
    } catch {
      throw error;
    }
  }
};

interface Mps {
  name: string;
  sense: 1 | -1;
  objective: string | undefined;
  /** Names of other rows without a bound: no constraints. */
  readonly free: Set<string>;
  readonly costs: Map<string, number>;
  constant: number;
  readonly rows: Map<string, Row & { readonly type: string }>;
  readonly columns: Map<string, Column & { isBounded: boolean }>;
  readonly sos: Map<string, { readonly type: string; readonly weights: Record<string, number> }>;
  isInteger: boolean;
  set: Record<string, string>;
  lastSos: string;
}

type Fail = (reason: string) => never;
type Section = (mps: Mps, fields: readonly string[], fail: Fail) => void;

const parse = (text: string, layout: Layout, options: MpsOptions): PulpModel => {
  const mps: Mps = {
    name: '',
    sense: options.minimize === false ? -1 : 1,
    objective: undefined,
    free: new Set(),
    costs: new Map(),
    constant: 0,
    rows: new Map(),
    columns: new Map(),
    sos: new Map(),
    isInteger: false,
    set: {},
    lastSos: '',
  };
  let section = '';
  let number = 0;
  const fail: Fail = (reason) => {
    throw new ModelFileError(number, reason);
  };
  for (const line of text.split('\n')) {
    number++;
    if (line.startsWith('*') || line.trim() === '') continue;
    if (!line.startsWith(' ') && !line.startsWith('\t')) {
      section = header(mps, line, fail);
      if (section === 'ENDATA') break;
      continue;
    }
    const read = sections[section];
    if (read === undefined)
      fail(section === '' ? 'data before a section' : `section ${section} cannot be read`);
    else read(mps, readFields(line, section, layout), fail);
  }
  if (section !== 'ENDATA') fail('the file ends without ENDATA');
  return finished(mps, fail);
};

/** A line that begins in the first column names a section; some have their value on the same line. */
const header = (mps: Mps, line: string, fail: Fail): string => {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  const section = word.toUpperCase();
  if (section === 'NAME') mps.name = line.trim().slice(4).trim();
  else if (section === 'RANGES' || section === 'RHS' || section === 'BOUNDS')
    mps.set = { ...mps.set, [section]: '' };
  else if ((section === 'OBJSENSE' || section === 'OBJNAME') && rest.length > 0)
    sections[section]?.(mps, rest, fail);
  else if (sections[section] === undefined && section !== 'ENDATA') fail(`section ${word} cannot be read`);
  return section;
};

const finished = (mps: Mps, fail: Fail): PulpModel => {
  if (mps.objective !== undefined && !mps.free.has(mps.objective)) {
    fail(`the objective ${mps.objective} is no row of type N`);
  }
  for (const column of mps.columns.values()) {
    if (column.integer && !column.isBounded) column.upper = 1;
  }
  const sets = (type: string): Record<string, number>[] =>
    [...mps.sos.values()].filter((set) => set.type === type).map(({ weights }) => weights);
  return dictionaryOf({
    name: mps.name === '' ? 'NoName' : mps.name,
    sense: mps.sense,
    objective: { name: mps.objective ?? 'OBJ', terms: mps.costs, constant: mps.constant },
    rows: mps.rows.values(),
    columns: mps.columns.values(),
    sos1: sets('S1'),
    sos2: sets('S2'),
  });
};

const objSense: Section = (mps, [word = ''], fail) => {
  if (/^max(imi[sz]e)?$/i.test(word)) mps.sense = -1;
  else if (/^min(imi[sz]e)?$/i.test(word)) mps.sense = 1;
  else fail(`${word} is no sense of an objective`);
};

const objName: Section = (mps, [name]) => {
  mps.objective = name;
};

const rowBoundsOf: Readonly<Record<string, readonly [number, number]>> = {
  E: [0, 0],
  L: [-Infinity, 0],
  G: [0, Infinity],
};

const rows: Section = (mps, [typeText = '', name = ''], fail) => {
  const type = typeText.toUpperCase();
  if (name === '') fail('a row needs a type and a name');
  if (mps.rows.has(name) || mps.free.has(name)) fail(`row ${name} stands twice`);
  if (type === 'N') {
    mps.free.add(name);
    // The first row without a bound is the objective, unless OBJNAME names another.
    mps.objective ??= name;
    return;
  }
  const bounds = rowBoundsOf[type];
  if (bounds === undefined) fail(`${typeText} is no type of a row`);
  else mps.rows.set(name, { type, name, lower: bounds[0], upper: bounds[1], terms: new Map() });
};

const columns: Section = (mps, fields, fail) => {
  // In the fixed form a blank field stands before the keyword.
  if (fields.length <= 4 && fields.some((field) => /^'?MARKER'?$/i.test(field))) {
    const kind = fields.at(-1)?.replaceAll("'", '').toUpperCase();
    if (kind !== 'INTORG' && kind !== 'INTEND') fail(`${fields.at(-1)} is no marker`);
    mps.isInteger = kind === 'INTORG';
    return;
  }
  const [name = '', ...pairs] = fields;
  let column = mps.columns.get(name);
  if (column === undefined) {
    column = { name, lower: 0, upper: Infinity, integer: mps.isInteger, isBounded: false };
    mps.columns.set(name, column);
  }
  eachPair(pairs, fail, (row, value) => {
    if (row === mps.objective) addTerm(mps.costs, name, value);
    else if (!mps.free.has(row)) addTerm(rowOf(mps, row, fail).terms, name, value);
  });
};

const eachPair = (
  fields: readonly string[],
  fail: Fail,
  use: (name: string, value: number) => void,
): void => {
  if (fields.length === 0 || fields.length % 2 === 1) fail('names and numbers do not alternate');
  for (let at = 0; at < fields.length; at += 2) use(fields[at] ?? '', readNumber(fields[at + 1] ?? '', fail));
};

const rowOf = (mps: Mps, name: string, fail: Fail): Row & { readonly type: string } =>
  mps.rows.get(name) ?? fail(`row ${name} is unknown`);

/** Fields without the name of the set, which may be missing; undefined for any set but the first, which does not count. */
const ofFirstSet = (mps: Mps, section: string, fields: readonly string[]): readonly string[] | undefined => {
  if (fields.length % 2 === 0) return fields;
  const [set = '', ...rest] = fields;
  if ((mps.set[section] ?? '') === '') mps.set[section] = set;
  return mps.set[section] === set ? rest : undefined;
};

const rhs: Section = (mps, fields, fail) => {
  eachPair(ofFirstSet(mps, 'RHS', fields) ?? ['', '0'], fail, (name, value) => {
    // On the objective's side it counts against it.
    if (name === mps.objective) mps.constant = 0 - value;
    else if (name !== '' && !mps.free.has(name)) {
      const row = rowOf(mps, name, fail);
      if (row.type !== 'L') row.lower = value;
      if (row.type !== 'G') row.upper = value;
    }
  });
};

/** A range is the distance of the other side; on an equation its sign says which side moves. */
const ranges: Section = (mps, fields, fail) => {
  eachPair(ofFirstSet(mps, 'RANGES', fields) ?? ['', '0'], fail, (name, value) => {
    if (name === '' || mps.free.has(name)) return;
    const row = rowOf(mps, name, fail);
    if (row.type === 'L' || (row.type === 'E' && value < 0)) row.lower = row.upper - Math.abs(value);
    else row.upper = row.lower + Math.abs(value);
  });
};

/** Types of bounds that have no number. */
const bare: readonly string[] = ['FR', 'MI', 'PL', 'BV'];
/** Types that cannot stand in the dictionary. */
const refused: Readonly<Record<string, string>> = { SC: 'semi-continuous', SI: 'semi-integer' };

const bounds: Section = (mps, [typeText = '', ...rest], fail) => {
  const type = typeText.toUpperCase();
  if (refused[type] !== undefined) fail(`a ${refused[type]} variable cannot stand in this dictionary`);
  const isBare = bare.includes(type);
  // With or without the name of the set; a type without a number may have one all the same.
  const isNamed = isBare
    ? rest.length === 3 || (rest.length === 2 && mps.columns.has(rest[1] ?? ''))
    : rest.length === 3;
  const set = isNamed ? (rest[0] ?? '') : '';
  if (isNamed && (mps.set['BOUNDS'] ?? '') === '') mps.set = { ...mps.set, BOUNDS: set };
  if (isNamed && mps.set['BOUNDS'] !== set) return;
  const [name = '', text = ''] = isNamed ? rest.slice(1) : rest;
  const column = mps.columns.get(name) ?? fail(`column ${name} is unknown`);
  setBound(column, type, isBare ? 0 : readNumber(text, fail), fail);
};

const setBound = (column: Column & { isBounded: boolean }, type: string, value: number, fail: Fail): void => {
  const bounded = column;
  if (type === 'LI' || type === 'UI' || type === 'BV') bounded.integer = true;
  if (type === 'LO' || type === 'LI') bounded.lower = value;
  else if (type === 'UP' || type === 'UI') {
    bounded.upper = value;
    if (value < 0 && column.lower === 0 && !column.isBounded) bounded.lower = -Infinity;
  } else if (type === 'FX') [bounded.lower, bounded.upper] = [value, value];
  else if (type === 'FR') [bounded.lower, bounded.upper] = [-Infinity, Infinity];
  else if (type === 'MI') bounded.lower = -Infinity;
  else if (type === 'PL') bounded.upper = Infinity;
  else if (type === 'BV') [bounded.lower, bounded.upper] = [0, 1];
  else fail(`${type} is no type of a bound`);
  bounded.isBounded = true;
};

/** CPLEX's section: a line of type and name opens a set, lines of set (or nothing), column and weight follow. */
const sos: Section = (mps, fields, fail) => {
  const [first = '', second = ''] = fields;
  if (/^S[12]$/i.test(first)) {
    mps.lastSos = fields.at(-1) ?? '';
    mps.sos.set(mps.lastSos, { type: first.toUpperCase(), weights: {} });
    return;
  }
  const set = mps.sos.get(mps.lastSos) ?? fail('a member before its set');
  const [name, weight] = fields.length === 3 ? [second, fields[2] ?? ''] : [first, second];
  if (!mps.columns.has(name)) fail(`column ${name} is unknown`);
  set.weights[name] = readNumber(weight, fail);
};

const sections: Readonly<Record<string, Section>> = {
  OBJSENSE: objSense,
  OBJSENS: objSense,
  OBJNAME: objName,
  OBJECT: objName,
  ROWS: rows,
  COLUMNS: columns,
  RHS: rhs,
  RANGES: ranges,
  BOUNDS: bounds,
  SOS: sos,
};
