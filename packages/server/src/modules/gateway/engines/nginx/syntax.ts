import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../../../kernel/errors.ts';
import { problemOf } from '../../../../kernel/http/problem.ts';

import { demandOneLine } from '../rendering.ts';

/** In a word `$` begins a variable and cannot be escaped; this variable holds one. */
export const dollar = '${dumont_dollar}';

/** One word that means what it says. */
export const literal = (text: string): string => {
  demandOneLine(text);
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('$', () => dollar)}"`;
};

/** A regular expression of a map, in which variables mean nothing. */
export const regex = (expression: string): string => `"~${expression.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

export const block = (title: string, lines: readonly string[]): string[] => [
  `${title} {`,
  ...lines.map((line) => `    ${line}`),
  '}',
];

export const map = (from: string, to: string, lines: readonly string[]): string[] =>
  block(`map "${from}" ${to}`, lines);

export const header = (name: string, value: string): string => `add_header ${name} ${value} always;`;

const mark = 'request-id';

/** Answers an error of the catalogue; `dynamic`: parameters that are variables. */
export const answerError = (
  code: ErrorCode,
  params: Readonly<Record<string, string | number>> = {},
  dynamic: Readonly<Record<string, string>> = {},
): string[] => {
  const marks = Object.fromEntries(Object.keys(dynamic).map((name) => [name, `<${name}>`]));
  const error = new AppError(code, { ...params, ...marks });
  let body = literal(JSON.stringify(problemOf(error, mark))).replace(mark, () => '$dumont_id');
  for (const [name, variable] of Object.entries(dynamic)) body = body.replaceAll(`<${name}>`, () => variable);
  const retryAfter = error.params['retryAfterSeconds'];
  return [
    'default_type "application/problem+json; charset=utf-8";',
    header('x-request-id', '$dumont_id'),
    header('cache-control', 'no-store'),
    header('x-content-type-options', 'nosniff'),
    ...(typeof retryAfter === 'number' ? [header('retry-after', String(retryAfter))] : []),
    `return ${error.status} ${body};`,
  ];
};
