import { errorCatalogue, type ErrorCode } from './error-catalogue.ts';
import { findingTexts, type FindingCode } from './finding-texts.ts';
import type { Finding, ToldFinding } from './finding.ts';
import { fillText } from './fill-text.ts';
import { joinFindings } from './join-findings.ts';

/** What can be said: findings, and errors where they are kept or told of. */
export type SaidCode = FindingCode | ErrorCode;

const texts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(errorCatalogue).map(([code, [, text]]) => [code, text])),
  ...findingTexts,
};

export const isSaidCode = (code: string): code is SaidCode => Object.hasOwn(texts, code);

export const found = (code: SaidCode, params: Finding['params'] = {}): Finding => ({ code, params });

/**
 * The server's own words, which are English. A parameter that is not given shows as its name, and a code that is not
 * known, which another version kept, as itself.
 */
export const proseOf = (said: Finding): string =>
  isSaidCode(said.code)
    ? fillText(texts[said.code] ?? said.code, (name) => proseOfParam(said, name))
    : said.code;

/** One parameter in the server's own words. */
export const proseOfParam = ({ params }: Finding, name: string): string => {
  const value = params[name];
  return typeof value === 'object' ? proseOf(value) : String(value ?? name);
};

export const told = (said: Finding): ToldFinding => ({ ...said, text: proseOf(said) });

/** The words of findings that belong together: what it is about first, then what is known of it. */
export const proseOfAll = (findings: readonly Finding[]): string => joinFindings(findings.map(proseOf));
