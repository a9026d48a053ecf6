import type { Finding, FindingCode } from '@dumont/contracts/findings';
import { fillText } from './fill-text.ts';

let texts: Readonly<Partial<Record<FindingCode, string>>> = {};

/** The wording of the server's findings in the language that is shown; empty for English, the server's own. */
export const setFindingTexts = (next: typeof texts): void => {
  texts = next;
};

/** What a finding says to people, in their language where there is one; else in the server's words. */
export const findingText = (finding: Finding | null, prose: string): string => {
  const template = finding === null ? undefined : texts[finding.code as FindingCode];
  return (template === undefined ? undefined : fillText(template, finding?.params ?? {})) ?? prose;
};
