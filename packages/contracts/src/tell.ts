import type { Locale } from './identity/auth.ts';
import { fillText } from './fill-text.ts';
import type { Finding } from './finding.ts';
import { formatPlain } from './format-plain.ts';

/** The texts of a language by code, where it has them. */
export type Words = Readonly<Partial<Record<string, string>>>;

/**
 * What a finding or an error says in a language, figures as it writes them; undefined where it has no words for
 * something in it: half a sentence in another language helps nobody.
 */
export const tell = ({ code, params }: Finding, words: Words, locale: Locale): string | undefined => {
  const text = Object.hasOwn(words, code) ? words[code] : undefined;
  let isComplete = text !== undefined;
  const told = fillText(text ?? '', (name) => {
    const value = params[name];
    const shown =
      typeof value === 'object'
        ? tell(value, words, locale)
        : typeof value === 'number'
          ? formatPlain(value, locale)
          : value;
    isComplete &&= shown !== undefined;
    return shown ?? name;
  });
  return isComplete ? told : undefined;
};
