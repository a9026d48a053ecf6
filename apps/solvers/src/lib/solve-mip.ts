import type { Engine, EngineResult, PreparedModel } from './engines/engine.ts';
import { highsWasm } from './engines/highs-wasm.ts';
import { nativeEngines } from './engines/native-engines.ts';
import { columnsOf, hasCrossedBounds, rowsOf } from './engines/rows.ts';
import type { MipOptions, MipResult, Model } from './mip.ts';

/**
 * Solves a linear model by the engine of that name. It returns by the time limit, and at once when the signal aborts,
 * with the best that was found. `optimal` is exact unless `gapRel` allows a distance.
 *
 * A dual is what the objective gains for one more on the right-hand side of its constraint, a reduced cost for one more
 * on the bound of its variable, in the sense of the model; engines that give none leave them undefined.
 *
 * Throws when the engine is not known or not on this host, and when the model holds what is no number.
 */
export const solveMip = async (model: Model, options: MipOptions): Promise<MipResult> => {
  const engine = engineOf(options.engine ?? 'highs');
  const startedAt = performance.now();
  const prepared = prepare(model);
  const found = answerAtOnce(prepared, options) ?? (await engine.solve(prepared, options));
  return {
    ...withObjective(prepared, found),
    seconds: (performance.now() - startedAt) / 1000,
    solver: engine.title,
  };
};

const engines: Readonly<Record<string, Engine>> = { highs: highsWasm, ...nativeEngines };

const engineOf = (name: string): Engine => {
  const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (engine !== undefined) return engine;
  throw new Error(`there is no engine ${name}: there are ${Object.keys(engines).join(', ')}`);
};

const prepare = (model: Model): PreparedModel => {
  const columns = columnsOf(model);
  return { model, columns, rows: rowsOf(model), isInteger: columns.integer.includes(1) };
};

const notSolved = { values: undefined, bound: undefined, nodes: undefined, version: undefined } as const;

/** What needs no engine, and what engines differ in or refuse. */
const answerAtOnce = ({ columns, rows }: PreparedModel, options: MipOptions): EngineResult | undefined => {
  if (options.signal.aborted) return { status: 'not_solved', ...notSolved };
  if (hasCrossedBounds(columns) || hasCrossedBounds(rows)) return { status: 'infeasible', ...notSolved };
  if (columns.cost.length > 0) return undefined;
  const isFeasible = rows.lower.every((lower, row) => lower <= 0 && (rows.upper[row] ?? 0) >= 0);
  return isFeasible
    ? { ...notSolved, status: 'optimal', values: [], bound: 0 }
    : { status: 'infeasible', ...notSolved };
};

/** Whole numbers made whole, and the objective from the values: what engines print has few digits. */
const withObjective = ({ model, columns }: PreparedModel, found: EngineResult) => {
  const { status, version, nodes } = found;
  const offset = model.offset ?? 0;
  const values =
    found.values &&
    Array.from(found.values, (value, column) => (columns.integer[column] === 1 ? Math.round(value) : value));
  const objective = values?.reduce((sum, value, column) => sum + value * (columns.cost[column] ?? 0), offset);
  const bound = found.bound === undefined || !Number.isFinite(found.bound) ? undefined : found.bound + offset;
  return {
    status,
    version,
    nodes,
    values,
    objective,
    bound,
    duals: found.duals && Array.from(found.duals),
    reducedCosts: found.reducedCosts && Array.from(found.reducedCosts),
  };
};
