import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MipOptions } from '../mip.ts';
import type { Engine, EngineResult, PreparedModel } from './engine.ts';
import { lpTextOf } from './lp-text.ts';
import { runSubprocess } from './subprocess.ts';

/** A solver that is a program of the host: it reads `model.lp` in its working folder and writes `solution.txt` there. */
export interface NativeProgram {
  readonly title: string;
  /** Looked for on the PATH. */
  readonly program: string;
  arguments(options: MipOptions, prepared: PreparedModel): readonly string[];
  /** More files in the working folder, by name. */
  files?(options: MipOptions): Readonly<Record<string, string>>;
  /** What it found, from its solution (empty when it wrote none) and the lines that it said; the model minimizes. */
  read(solution: string, lines: readonly string[], prepared: PreparedModel): EngineResult;
}

export const modelFile = 'model.lp';
export const solutionFile = 'solution.txt';

/** A native solver ends by itself at its time limit; this long after it, it is ended. */
const graceSeconds = 2;

export const nativeEngine = (native: NativeProgram): Engine => ({
  title: native.title,
  solve: async (prepared, options) => {
    const found = await runNative(native, minimizing(prepared), options);
    if (found.status === 'unbounded')
      return { ...found, status: await statusWithoutBest(native, prepared, options) };
    return prepared.model.sense === 'maximize' ? negated(found) : found;
  },
});

/** Solvers differ in the signs of bounds and duals of a maximization: they get none. */
const minimizing = (prepared: PreparedModel): PreparedModel => {
  if (prepared.model.sense === 'minimize') return prepared;
  const columns = { ...prepared.columns, cost: prepared.columns.cost.map((cost) => -cost) };
  return { ...prepared, model: { ...prepared.model, sense: 'minimize' }, columns };
};

const negated = (found: EngineResult): EngineResult => ({
  ...found,
  bound: found.bound === undefined ? undefined : -found.bound,
  duals: found.duals && Array.from(found.duals, (value) => -value),
  reducedCosts: found.reducedCosts && Array.from(found.reducedCosts, (value) => -value),
});

/** Solvers also say `unbounded` of models that have no solution at all. */
const statusWithoutBest = async (
  native: NativeProgram,
  prepared: PreparedModel,
  options: MipOptions,
): Promise<EngineResult['status']> => {
  const columns = { ...prepared.columns, cost: prepared.columns.cost.map(() => 0) };
  const { status } = await runNative(native, { ...prepared, columns }, options);
  if (status === 'optimal' || status === 'feasible') return 'unbounded';
  return status === 'infeasible' ? 'infeasible' : 'not_solved';
};

const runNative = async (
  native: NativeProgram,
  prepared: PreparedModel,
  options: MipOptions,
): Promise<EngineResult> => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-solver-'));
  try {
    const files = { ...native.files?.(options), [modelFile]: lpTextOf(prepared) };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const lines: string[] = [];
    const isThere = await runSubprocess(native.program, native.arguments(options, prepared), {
      folder,
      patience: options.timeLimit + graceSeconds,
      signal: options.signal,
      onLine: (line) => {
        options.say(line);
        lines.push(line);
      },
    });
    if (!isThere)
      throw new Error(
        `${native.title} is not on this host: there is no program ${native.program} on its PATH`,
      );
    const solution = await readFile(join(folder, solutionFile), 'utf8').catch(() => '');
    return native.read(solution, lines, prepared);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** By the index in names like `x12`; entries of other letters are passed over. */
export const byIndex = (
  letter: string,
  count: number,
  entries: Iterable<readonly [name: string, value: number]>,
): Float64Array => {
  const values = new Float64Array(count);
  for (const [name, value] of entries) {
    const index = name.startsWith(letter) ? Number(name.slice(1)) : Number.NaN;
    if (index >= 0 && index < count) values[index] = value;
  }
  return values;
};

/** A row with two bounds is two rows in LP text, of which at most one has a dual. */
export const dualsByRow = (
  prepared: PreparedModel,
  entries: readonly (readonly [name: string, value: number])[],
): Float64Array => {
  const count = prepared.rows.lower.length;
  const atMost = byIndex('s', count, entries);
  return byIndex('r', count, entries).map((dual, row) => dual + (atMost[row] ?? 0));
};

/** The first group of the last line that matches. */
export const lastMatch = (lines: readonly string[], pattern: RegExp): string | undefined =>
  lines.findLast((line) => pattern.test(line))?.match(pattern)?.[1];

export const numberIn = (text: string | undefined): number | undefined => {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) ? undefined : value;
};

export const nothingFound = { values: undefined, bound: undefined, nodes: undefined } as const;
