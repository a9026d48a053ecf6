import { ApiError, UnreachableError } from '@dumont/contracts/client';
import i18next from 'i18next';
import { saidText } from './said-text.ts';

/** What an error says to people, in their language where its parameters came along. */
export const errorText = (error: unknown): string => {
  if (error instanceof UnreachableError) return i18next.t('common:unreachable');
  if (!(error instanceof ApiError)) return i18next.t('common:unexpected');
  const { code, params = {}, detail } = error.problem;
  return saidText({ code, params }, detail);
};
