import { toPointer } from '../json-pointer.ts';
import { isObject, stepsOf, type SpotFault, type Step } from './spot.ts';
import { quoted, shortList, shortText, sizeOf } from './words.ts';

/** Something that is wrong in a document, as a user finds it: in a table, in a row, under a key. */
export interface SchemaFault {
  /** The first key on the way; null where the document is a list, or the fault is in the whole of it. */
  readonly table: string | null;
  /** From 1. */
  readonly row: number | null;
  /** What follows table and row: `w`, `windows[0].from`. Of what is missing or unknown: its name. */
  readonly key: string | null;
  /** JSON pointer to the value; of a missing key to the object that lacks it. */
  readonly path: string;
  /** The value in short; null where it is missing. */
  readonly value: string | null;
  /** The keyword of JSON Schema; `false` where the schema allows nothing. */
  readonly rule: string;
  /** What a sentence in another language is made of: `limit`, `size` of the value, `keys`; those that there are. */
  readonly params: Readonly<Record<string, string>>;
  /** A sentence with all of this. */
  readonly message: string;
  /** What Cornflow answers of it: the text of a `ValidationError` of Python's jsonschema. */
  readonly cornflowText: () => string;
}

interface Whereabouts {
  readonly table: string | null;
  readonly row: number | null;
  readonly key: string | null;
}

const keyOf = (steps: readonly Step[]): string | null => {
  if (steps.length === 0) return null;
  return steps
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
};

const findPlace = (path: readonly Step[]): Whereabouts => {
  const [first] = path;
  const table = typeof first === 'string' ? first : null;
  const inTable = table === null ? path : path.slice(1);
  const [second] = inTable;
  const row = typeof second === 'number' ? second + 1 : null;
  return { table, row, key: keyOf(row === null ? inTable : inTable.slice(1)) };
};

const namePlace = ({ table, row, key }: Whereabouts): string => {
  const inTable = table === null ? '' : ` of table ${quoted(table)}`;
  if (key !== null) {
    if (row === null) return `${quoted(key)}${inTable.replace('of table', 'of')}`;
    return `${quoted(key)} in row ${row}${inTable}`;
  }
  if (row !== null) return `Row ${row}${inTable}`;
  return table === null ? 'The document' : quoted(table);
};

/** What is wrong with a key is said of the key. */
const describe = (fault: SpotFault, path: readonly Step[]): { place: Whereabouts; value: string | null } => {
  const { spot, keys } = fault;
  const [key] = keys;
  if (key !== undefined) {
    const holder = isObject(spot.value) ? spot.value : {};
    const value = Object.hasOwn(holder, key) ? shortText(holder[key]) : null;
    return { place: findPlace([...path, key]), value };
  }
  if (spot.isKey === true)
    return { place: findPlace([...path, String(spot.value)]), value: shortText(spot.value) };
  return { place: findPlace(path), value: shortText(spot.value) };
};

const longestLimit = 200;

/** What the schema allows, as people read it: the names of types, the values of a choice, a number, a pattern. */
const sayLimit = (limit: unknown): string | undefined => {
  if (Array.isArray(limit)) {
    const words = limit.map((each) =>
      typeof each === 'string' ? each.slice(0, longestLimit) : shortText(each),
    );
    return shortList(words).join(', ');
  }
  if (typeof limit === 'string') return limit.slice(0, longestLimit);
  return typeof limit === 'number' || typeof limit === 'boolean' ? String(limit) : undefined;
};

const paramsOf = ({ spot, limit, keys }: SpotFault): Record<string, string> => {
  const said = sayLimit(limit);
  const size = sizeOf(spot.value);
  return {
    ...(said === undefined ? {} : { limit: said }),
    ...(size === undefined ? {} : { size: String(size) }),
    ...(keys.length === 0 ? {} : { keys: shortList(keys.map(quoted)).join(', ') }),
  };
};

export const toSchemaFault = (fault: SpotFault, cornflowText: () => string): SchemaFault => {
  const path = stepsOf(fault.spot.path);
  const { place, value } = describe(fault, path);
  const subject = `${fault.spot.isKey === true ? 'The key ' : ''}${namePlace(place)}`;
  return {
    ...place,
    path: toPointer(path),
    value,
    rule: fault.rule ?? 'false',
    params: paramsOf(fault),
    message: `${subject} ${fault.inEnglish}.`,
    cornflowText,
  };
};
