import type { App } from '../apps/catalogue.ts';
import { readDocument } from '../documents/document.ts';
import type { ExecutionChange } from './execution-store.ts';

type Tables = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Tables =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** As Python sees it, in which most such checks are written. */
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;

type Checks = 'instance_checks' | 'solution_checks';

/** Tables that the app's schema marks so: they say what could be better, and not that anything is wrong. */
const warningsOf = (app: App, name: Checks): ReadonlySet<string> => {
  const schema: unknown = JSON.parse(app.schemaTexts[name]);
  const properties = isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
  const isWarning = (table: unknown): boolean => isObject(table) && table['is_warning'] === true;
  return new Set(Object.keys(properties).filter((name) => isWarning(properties[name])));
};

const hasFindings = (app: App, name: Checks, checks: string): boolean => {
  const tables = readDocument(checks, { maxBytes: Number.MAX_SAFE_INTEGER }).value();
  if (!isObject(tables)) return !isEmpty(tables);
  const warnings = warningsOf(app, name);
  return Object.entries(tables).some(([table, rows]) => !isEmpty(rows) && !warnings.has(table));
};

/** What was found of a solution, and whether it fails. */
export const checksColumns = (
  app: App,
  checks: string | null,
): Pick<ExecutionChange, 'solution_checks' | 'has_findings'> => ({
  solution_checks: checks,
  has_findings: checks !== null && hasFindings(app, 'solution_checks', checks),
});

/** Whether the data fails its checks: then it is not solved. */
export const dataHasFindings = (app: App, checks: string | null): boolean =>
  checks !== null && hasFindings(app, 'instance_checks', checks);

/** Of a solution that was not checked. */
export const noChecks = { solution_checks: null, has_findings: false } as const;
