import type { Findings } from './app.ts';

type Say = (line: string) => void;

/** The tables that have rows, null without any. A check that throws is a fault of its own. */
export const findingsOf = (name: string, check: () => Findings, say: Say): Findings | null => {
  try {
    return withRows(check());
  } catch (error) {
    return internalError(name, error, say);
  }
};

/** A figure that cannot be computed is a finding too. */
export const kpisOf = (
  compute: () => Findings | undefined,
  say: Say,
): { readonly kpis: Findings | null; readonly failure: Findings | null } => {
  try {
    return { kpis: withRows(compute() ?? {}), failure: null };
  } catch (error) {
    return { kpis: null, failure: internalError('kpis', error, say) };
  }
};

/** Whether there is anything but warnings. */
export const hasFaults = (findings: Findings | null, warnings: ReadonlySet<string>): boolean =>
  findings !== null && Object.keys(findings).some((table) => !warnings.has(table));

const withRows = (tables: Findings): Findings | null => {
  const filled = Object.entries(tables).filter(([, rows]) => rows.length > 0);
  return filled.length === 0 ? null : Object.fromEntries(filled);
};

const internalError = (check: string, error: unknown, say: Say): Findings => {
  const message = error instanceof Error ? error.message : String(error);
  say(error instanceof Error && error.stack !== undefined ? error.stack : message);
  return { internal_error: [{ check, message }] };
};
