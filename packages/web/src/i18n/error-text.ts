import { ApiError, UnreachableError } from '@dumont/contracts/client';
import type { ErrorCode } from '@dumont/contracts/errors';
import type { Finding } from '@dumont/contracts/findings';
import i18next from 'i18next';
import { fillText } from './fill-text.ts';
import { findingText } from './finding-text.ts';

let texts: Readonly<Partial<Record<ErrorCode, string>>> = {};

/** The wording of the server's errors in the language that is shown; empty for English, the server's own. */
export const setErrorTexts = (next: typeof texts): void => {
  texts = next;
};

/** What an error says to people, in their language where its parameters came along. */
export const errorText = (error: unknown): string => {
  if (error instanceof UnreachableError) return i18next.t('common:unreachable');
  if (!(error instanceof ApiError)) return i18next.t('common:unexpected');
  const { code, params = {}, detail } = error.problem;
  const template = texts[code as ErrorCode];
  if (template === undefined) return detail;
  return fillText(template, params) ?? detail;
};

/**
 * What the server says beside a result, by its code and parameters: a finding, or an error that is kept. Its own words
 * stand where there are none here, or where they name something that is not told apart.
 */
export const saidText = (said: Finding | null, words: string): string => {
  const template = said === null ? undefined : texts[said.code as ErrorCode];
  return template === undefined
    ? findingText(said, words)
    : (fillText(template, said?.params ?? {}) ?? words);
};

/** Why work failed, or what its last attempt met; null where nothing did. */
export const failureText = (work: {
  readonly error_code: string | null;
  readonly error_params: Finding['params'] | null;
  readonly error: string | null;
}): string | null => {
  const { error_code: code, error_params: params, error } = work;
  return error === null ? null : saidText(code === null ? null : { code, params: params ?? {} }, error);
};
