import { ApiError, UnreachableError } from '@dumont/contracts/client';
import type { ErrorCode } from '@dumont/contracts/errors';
import i18next from 'i18next';
import { fillText } from './fill-text.ts';

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

/** What an error says that is told by its code and the server's own words; those stand where they name something. */
export const errorCodeText = (code: string | null, words: string): string => {
  const template = texts[code as ErrorCode];
  return template === undefined ? words : (fillText(template, {}) ?? words);
};
