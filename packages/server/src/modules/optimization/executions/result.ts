import { z } from 'zod';
import type { App } from '../apps/catalogue.ts';
import type { Documents } from '../documents-in.ts';
import type { JsonDocument } from '../documents/document.ts';
import type { ExecutionChange } from './execution-store.ts';
import { checksColumns, dataHasFindings } from './findings.ts';
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

/**
 * Reads the answer of an app. The solution is cut out of the text, because its numbers are the app's own. Throws
 * `AppError` for what is no JSON or does not fit the schemas.
 */
export const readResult = async (
  app: App,
  bytes: Uint8Array,
  keepsSolution: boolean,
  documents: Documents,
): Promise<ReadResult> => {
  const document = await documents.read('answer of the app', bytes);
  const parsed = Result.safeParse(valuesIn(document));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`The answer of the app has no usable ${issue?.path.join('.') ?? 'form'}.`);
  }
  const result = parsed.data;
  const given = keepsSolution ? undefined : solutionOf(document);
  const solution = given && (await documents.readChecked(app, 'solution', given));
  const instanceChecks = orNull(result.instanceChecks);
  const hasSolution = solution !== undefined || keepsSolution;
  return {
    instanceChecks,
    columns: {
      ...(keepsSolution
        ? {}
        : {
            solution: solution?.packed ?? null,
            solution_hash: solution?.hash ?? null,
            indicators: solution?.indicators ?? '',
          }),
      data_has_findings: dataHasFindings(app, instanceChecks),
      ...checksColumns(app, orNull(result.solutionChecks)),
      kpis: orNull(result.kpis),
      objective: result.objective,
      log_json: JSON.stringify({ ...result.log, ...solverStatusOf(result.status, hasSolution) }),
    },
  };
};

/** All but the solution, which may be large. */
const valuesIn = (document: JsonDocument): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(Result.shape).flatMap((name) => {
      const member = document.at(`/${name}`);
      return member === undefined ? [] : [[name, member.value()]];
    }),
  );

const isNull = (document: JsonDocument): boolean => document.bytes.length === 4 && document.value() === null;

const solutionOf = (document: JsonDocument): JsonDocument | undefined => {
  const solution = document.at('/solution');
  return solution === undefined || isNull(solution) ? undefined : solution;
};
