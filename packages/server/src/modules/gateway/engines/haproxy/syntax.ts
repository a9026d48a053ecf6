import type { ErrorCode } from '@dumont/contracts/errors';
import { AppError } from '../../../../kernel/errors.ts';
import { problemOf, retryAfterOf } from '../../../../kernel/http/problem.ts';

import { demandOneLine } from '../rendering.ts';

/** One word of the configuration, whatever it holds. */
export const quote = (text: string): string => {
  demandOneLine(text);
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
};

/** Text in a log format, where a percent sign begins a variable. */
export const literal = (text: string): string => text.replaceAll('%', '%%');

/**
 * The value of a header; an empty word would be taken for a missing one. Headers are Latin-1 and the configuration is
 * not: between two quoted texts a letter is told by its number.
 */
export const headerValue = (value: string): string =>
  quote(value === '' ? '%[str()]' : literal(value)).replaceAll(
    /[\u0080-\u00ff]/g,
    (letter) => String.raw`'\x${letter.charCodeAt(0).toString(16)}'`,
  );

/** Conditions that must all hold. */
export type Condition = readonly string[];

export const when = (condition: Condition): string =>
  condition.length === 0 ? '' : ` if ${condition.join(' ')}`;

export const is = (sample: string, ...values: readonly string[]): string =>
  `{ ${sample} -m str -- ${values.map(quote).join(' ')} }`;
export const fits = (sample: string, regex: string, ignoreCase = false): string =>
  `{ ${sample} -m reg ${ignoreCase ? '-i ' : ''}-- ${quote(regex)} }`;
export const exists = (sample: string): string => `{ ${sample} -m found }`;
export const not = (condition: string): string => `!${condition}`;

/** Rules of one kind that set variables; each kind is gone through by itself. */
export const settersOf = (kind: string) => ({
  setVar: (name: string, expression: string, condition: Condition = []): string =>
    `${kind} set-var(txn.${name}) ${expression}${when(condition)}`,
  setText: (name: string, format: string, condition: Condition = []): string =>
    `${kind} set-var-fmt(txn.${name}) ${quote(format)}${when(condition)}`,
});
export const { setVar, setText } = settersOf('http-request');

/** Tells the rules of answers which error is ours; it never leaves, and none that comes from a service is believed. */
export const errorHeader = 'x-dumont-error';

const requestIdMark = 'request-id';
const idFormat = '%[var(txn.id)]';

/** `content` and headers of an error as the built-in data plane tells it. `dynamic`: parameters known at the request. */
const problem = (
  code: ErrorCode,
  params: Readonly<Record<string, string | number>>,
  dynamic: Readonly<Record<string, string>>,
): { status: number; rest: string } => {
  const marks = Object.fromEntries(Object.keys(dynamic).map((name) => [name, `<${name}>`]));
  const error = new AppError(code, { ...params, ...marks });
  let body = literal(JSON.stringify(problemOf(error, requestIdMark))).replace(
    `"requestId":"${requestIdMark}"`,
    `"requestId":"${idFormat}"`,
  );
  for (const [name, format] of Object.entries(dynamic)) body = body.replaceAll(`<${name}>`, () => format);
  const retryAfter = retryAfterOf(error);
  const headers = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    [errorHeader]: code,
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
  return {
    status: error.status,
    rest: [
      `content-type ${quote('application/problem+json; charset=utf-8')} lf-string ${quote(body)}`,
      ...Object.entries(headers).map(([name, value]) => `hdr ${name} ${quote(value)}`),
    ].join(' '),
  };
};

/** Ends a request with an error of the catalogue. */
export const refuse = (
  code: ErrorCode,
  params: Readonly<Record<string, string | number>>,
  condition: Condition,
  extra: { dynamic?: Readonly<Record<string, string>>; headers?: Readonly<Record<string, string>> } = {},
): string => {
  const { status, rest } = problem(code, params, extra.dynamic ?? {});
  const headers = Object.entries(extra.headers ?? {}).map(([name, value]) => ` hdr ${name} ${quote(value)}`);
  return `http-request return status ${status} ${rest}${headers.join('')}${when(condition)}`;
};

/** What HAProxy says of its own accord with this status, in our words. */
export const ownError = (
  status: number,
  code: ErrorCode,
  params: Readonly<Record<string, string | number>> = {},
): string => `http-error status ${status} ${problem(code, params, {}).rest}`;

export const section = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.map((line) => `    ${line}\n`).join('')}`;
