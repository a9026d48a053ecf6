import { cellText, isObject } from './document-tables.ts';

/** One operation of RFC 6902, as the comparison of two cases answers it. */
export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: string;
  readonly value?: unknown;
}

/** What is different, as people say it. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Empty where the document as a whole is meant. */
  readonly table: string;
  /** From 1, in the document as the changes before have left it; null where no row is meant. Where a table is replaced as a whole: where it stood, or stands now if it is new. */
  readonly row: number | null;
  readonly key: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const stepsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

const kinds = { add: 'added', remove: 'removed' } as const;

/** Applies one operation to what `target` holds at `step`; answers what stood there before. */
const apply = (target: unknown, step: string, { op, value }: Operation): unknown => {
  if (Array.isArray(target)) {
    const index = step === '-' ? target.length : Number(step);
    if (op === 'replace') return target.splice(index, 1, value)[0] as unknown;
    return op === 'add' ? void target.splice(index, 0, value) : (target.splice(index, 1)[0] as unknown);
  }
  if (!isObject(target)) return undefined;
  const fields = target as Record<string, unknown>;
  const before = fields[step];
  if (op === 'remove') delete fields[step];
  else fields[step] = value;
  return before;
};

interface Difference {
  readonly steps: readonly (string | number)[];
  readonly kind: Change['kind'];
  readonly before: unknown;
  readonly after: unknown;
}

/** The rows by their `id`; undefined where they do not all have one of their own. */
const rowsById = (rows: readonly unknown[]): ReadonlyMap<unknown, number> | undefined => {
  const ids = new Map(rows.map((row, index) => [isObject(row) ? row['id'] : undefined, index]));
  return ids.size === rows.length && !ids.has(undefined) ? ids : undefined;
};

const between = (before: unknown, after: unknown, steps: Difference['steps']): Difference[] => {
  if (before === undefined) return [{ steps, kind: 'added', before, after }];
  if (after === undefined) return [{ steps, kind: 'removed', before, after }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const [old, next] = [rowsById(before), rowsById(after)];
    const isByName = old !== undefined && next !== undefined;
    /** Where the row at this place stands in the other list. */
    const otherOf = (rows: readonly unknown[], index: number, others: ReadonlyMap<unknown, number>) =>
      others.get((rows[index] as Record<string, unknown>)['id']) ?? -1;
    return [
      ...before.flatMap((row: unknown, index) =>
        between(row, after[isByName ? otherOf(before, index, next) : index], [...steps, index]),
      ),
      ...after.flatMap((row: unknown, index) =>
        (isByName ? otherOf(after, index, old) === -1 : index >= before.length)
          ? between(undefined, row, [...steps, index])
          : [],
      ),
    ];
  }
  if (isObject(before) && isObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      between(before[key], after[key], [...steps, key]),
    );
  }
  return cellText(before) === cellText(after) ? [] : [{ steps, kind: 'changed', before, after }];
};

/** A case without a solution has none of its tables: each of the other's is added or removed. */
const orEmpty = (document: unknown): unknown => document ?? {};

const toChange = ({ steps, kind, before, after }: Difference): Change => {
  const [table = '', second, ...keys] = steps;
  const isRow = typeof second === 'number';
  return {
    kind,
    table: String(table),
    row: isRow ? second + 1 : null,
    key: (isRow || second === undefined ? keys : [second, ...keys]).join('.'),
    before: cellText(before),
    after: cellText(after),
  };
};

/**
 * The changes of `operations` upon `document`, each with what stood there before. Operations count rows as those before
 * them left the document, so they are carried out on a copy. What replaces tables as a whole is told row by row.
 */
export const changesOf = (document: unknown, operations: readonly Operation[]): Change[] => {
  const root: { whole: unknown } = { whole: structuredClone(document) };
  return operations.flatMap((operation) => {
    const steps: (string | number)[] = [];
    let at: unknown = root.whole;
    const path = stepsOf(operation.path);
    for (const step of path.slice(0, -1)) {
      steps.push(Array.isArray(at) ? Number(step) : step);
      at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined;
    }
    const last = path.at(-1);
    if (last === undefined) {
      const before = apply(root, 'whole', operation);
      return between(orEmpty(before), orEmpty(operation.value), []).map(toChange);
    }
    steps.push(Array.isArray(at) ? (last === '-' ? at.length : Number(last)) : last);
    const before = apply(at, last, operation);
    if (operation.op === 'replace') return between(before, operation.value, steps).map(toChange);
    return [
      toChange({
        steps,
        kind: kinds[operation.op],
        before: operation.op === 'add' ? undefined : before,
        after: operation.value,
      }),
    ];
  });
};
