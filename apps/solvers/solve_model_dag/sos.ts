import { lowerOf, type PulpModel, upperOf } from './dictionary.ts';

export interface SosSet {
  readonly type: 1 | 2;
  /** Position in its table, for messages. */
  readonly row: number;
  /** Names in the order of their weights. */
  readonly members: readonly string[];
}

export interface SosFault {
  readonly table: 'sos1' | 'sos2';
  readonly row: number;
  readonly reason: string;
}

/** Forms of a set that are met: `{x: 1, y: 2}`, `{"coefficients": [{name, value}]}` and `[{name, value}]`. */
const weightsOf = (raw: unknown): (readonly [string, number])[] | undefined => {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const inner: unknown = 'coefficients' in raw ? raw.coefficients : raw;
  if (typeof inner !== 'object' || inner === null) return undefined;
  const pairs: (readonly [unknown, unknown])[] = Array.isArray(inner)
    ? inner.map((entry: unknown) =>
        typeof entry === 'object' && entry !== null && 'name' in entry && 'value' in entry
          ? ([entry.name, entry.value] as const)
          : ([undefined, undefined] as const),
      )
    : Object.entries(inner);
  const isRead = (pair: readonly [unknown, unknown]): pair is readonly [string, number] =>
    typeof pair[0] === 'string' && typeof pair[1] === 'number';
  return pairs.every(isRead) ? pairs : undefined;
};

/**
 * The sets of a model. The engines know no such sets: they are written with a binary variable for each member, which
 * needs members with finite bounds around zero; what cannot be written so is named in `faults`.
 */
export const readSos = (model: PulpModel): { sets: SosSet[]; faults: SosFault[] } => {
  const variables = new Map(model.variables.map((variable) => [variable.name, variable]));
  const sets: SosSet[] = [];
  const faults: SosFault[] = [];
  for (const type of [1, 2] as const) {
    const table = type === 1 ? 'sos1' : 'sos2';
    for (const [row, raw] of (model[table] ?? []).entries()) {
      const weights = weightsOf(raw);
      if (weights === undefined) {
        faults.push({ table, row, reason: 'is no table of names and weights' });
        continue;
      }
      const members = weights.toSorted((a, b) => a[1] - b[1]).map(([name]) => name);
      const reasons = members.flatMap((name) => {
        const variable = variables.get(name);
        if (variable === undefined) return [`names the unknown variable ${name}`];
        const [lower, upper] = [lowerOf(variable), upperOf(variable)];
        if (!Number.isFinite(lower) || !Number.isFinite(upper)) {
          return [`has the variable ${name} without finite bounds, which no engine here can do`];
        }
        return lower > 0 || upper < 0 ? [`has the variable ${name} that cannot be zero`] : [];
      });
      faults.push(...reasons.map((reason) => ({ table, row, reason }) as const));
      if (reasons.length === 0) sets.push({ type, row, members });
    }
  }
  return { sets, faults };
};
