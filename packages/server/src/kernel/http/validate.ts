import type { Route } from '@dumont/contracts/route';
import type { z } from 'zod';
import { AppError, type FieldIssue } from '../errors.ts';

interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const maxIssues = 50;

const issuesOf = (part: string, error: z.ZodError): FieldIssue[] =>
  error.issues.map((issue) => ({
    path: [part, ...issue.path.map(String)].join('.'),
    // Of the key of a record it says no more than that it is wrong: what is wrong with it, it says below.
    message: issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message,
  }));

/** The error for one part of a request, where a handler finds out by itself. */
export const invalidInput = (part: string, error: z.ZodError): AppError =>
  new AppError(
    'request.invalid',
    { count: error.issues.length },
    { issues: issuesOf(part, error).slice(0, maxIssues) },
  );

/** Recursive readers of JSON (ours, PostgreSQL's) have a stack that a body of a few kilobytes could exhaust. */
const maxDepth = 64;

const isTooDeep = (value: unknown): boolean => {
  let level = [value];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? (Object.values(item) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
};

/** Parses all parts of a request and reports every field that is wrong, not only the first part's. */
export const parseInput = (
  route: Route,
  raw: RawInput,
): { params: unknown; query: unknown; body: unknown } => {
  const issues: FieldIssue[] = [];
  if (isTooDeep(raw.body)) {
    const message = `is nested more than ${maxDepth} levels deep`;
    throw new AppError('request.invalid', { count: 1 }, { issues: [{ path: 'body', message }] });
  }
  const parse = (part: keyof RawInput, schema: z.ZodType | undefined): unknown => {
    if (schema === undefined) return undefined;
    const result = schema.safeParse(raw[part]);
    if (result.success) return result.data;
    issues.push(...issuesOf(part, result.error));
    return undefined;
  };
  const input = {
    params: parse('params', route.params),
    query: parse('query', route.query),
    body: parse('body', route.body),
  };
  if (route.query === undefined) {
    for (const name of Object.keys(raw.query ?? {})) {
      issues.push({ path: `query.${name}`, message: 'this address takes no such parameter' });
    }
  }
  if (route.body === undefined && raw.body !== undefined && raw.body !== null) {
    issues.push({ path: 'body', message: 'this address takes no body' });
  }
  if (issues.length > 0) {
    throw new AppError('request.invalid', { count: issues.length }, { issues: issues.slice(0, maxIssues) });
  }
  return input;
};
