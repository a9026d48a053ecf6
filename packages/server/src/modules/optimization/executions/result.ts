import { z } from 'zod';
import type { App } from '../apps/catalogue.ts';
import { checkGiven, readGiven } from '../documents-in.ts';
import type { JsonDocument } from '../documents/document.ts';
import type { ExecutionChange } from './execution-store.ts';
import { isSolverStatus, solverStatusOf } from './state.ts';

const Findings = z.record(z.string(), z.json()).nullable().default(null);

/** What an app answers; see `apps/solvers/README.md`. */
const Result = z.object({
  status: z.string().refine(isSolverStatus),
  instanceChecks: Findings,
  solutionChecks: Findings,
  kpis: Findings,
  objective: z.number().nullable().default(null),
  log: z.record(z.string(), z.json()).default({}),
});

export interface ReadResult {
  readonly columns: ExecutionChange;
  readonly instanceChecks: string | null;
}

const orNull = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

/** `indicators` of a solution as lists show them: `k: v; k2: v2`, sorted by name. */
export const indicatorsOf = (solution: unknown): string => {
  const { indicators } = (solution ?? {}) as { indicators?: unknown };
  if (typeof indicators !== 'object' || indicators === null) return '';
  return Object.entries(indicators)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('; ');
};

/**
 * Reads the answer of an app. The solution is cut out of the text, because its numbers are the app's own. Throws
 * `AppError` for what is no JSON or does not fit the schemas.
 */
export const readResult = (app: App, bytes: Uint8Array, keepsSolution: boolean): ReadResult => {
  const document = readGiven('answer of the app', bytes);
  const value = document.value();
  const parsed = Result.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`The answer of the app has no usable ${issue?.path.join('.') ?? 'form'}.`);
  }
  const result = parsed.data;
  const solution = keepsSolution ? undefined : solutionOf(document);
  if (solution !== undefined) checkGiven(app, 'solution', solution);
  const hasSolution = solution !== undefined || keepsSolution;
  return {
    instanceChecks: orNull(result.instanceChecks),
    columns: {
      ...(keepsSolution
        ? {}
        : {
            solution: solution?.text ?? null,
            solution_hash: solution?.hash() ?? null,
            indicators: indicatorsOf(solution?.value()),
          }),
      solution_checks: orNull(result.solutionChecks),
      kpis: orNull(result.kpis),
      objective: result.objective,
      log_json: JSON.stringify({ ...result.log, ...solverStatusOf(result.status, hasSolution) }),
    },
  };
};

const solutionOf = (document: JsonDocument): JsonDocument | undefined => {
  const solution = document.at('/solution');
  return solution === undefined || solution.value() === null ? undefined : solution;
};
