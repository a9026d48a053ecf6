import type { Finding, ToldFinding } from '@dumont/contracts/finding';
import type { Locale } from '@dumont/contracts/identity/auth';
import { joinFindings } from '@dumont/contracts/join-findings';
import { tell, type Words } from '@dumont/contracts/tell';

let words: Words = {};
let language: Locale = 'en';

/** The wording of what the server says in the language that is shown; empty for English, the server's own. */
export const setSaidWords = (next: Words, locale: Locale): void => {
  words = next;
  language = locale;
};

/**
 * What the server says, by its code and parameters: a finding, or an error. Its own words stand where there are none
 * here, or where they name something that is not told apart.
 */
export const saidText = (said: Finding | null, prose: string): string =>
  (said === null ? undefined : tell(said, words, language)) ?? prose;

/** The same of what has the server's words with it. */
export const toldText = (said: ToldFinding): string => saidText(said, said.text);

/** Findings that belong together, as one text. */
export const toldTexts = (said: readonly ToldFinding[]): string => joinFindings(said.map(toldText));

/** Why work failed, or what its last attempt met; null where nothing did. */
export const failureText = (work: {
  readonly error_code: string | null;
  readonly error_params: Finding['params'] | null;
  readonly error: string | null;
}): string | null => {
  const { error_code: code, error_params: params, error } = work;
  return error === null ? null : saidText(code === null ? null : { code, params: params ?? {} }, error);
};
