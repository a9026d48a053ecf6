import type { AuditEntry } from '@dumont/contracts/identity/audit';

type Value = AuditEntry['details'][string];

/** Words for what entries tell; what has none is told as it is. */
export interface DetailWords {
  readonly detail: Readonly<Record<string, string>>;
  /** For the values that are words of ours, not of people. */
  readonly value: Readonly<Record<string, string>>;
  readonly yes: string;
  readonly no: string;
}

/** Whose values are chosen by us; a name that somebody gave is never put into other words. */
const ownWords = new Set(['by', 'method', 'outcome', 'password', 'session', 'severity', 'state']);
/** Whose values are names of details. */
const ofDetails = new Set(['fields', 'parts']);
const money = new Set(['price', 'total']);
const moments = new Set(['expiresAt']);

export interface DetailFormats {
  readonly money: (amount: string) => string;
  /** Of a time as the wire has it. */
  readonly time: (moment: string) => string;
}

/** The word for a code; of a server that knows more than this page, what it said. */
export const wordFor = (words: Readonly<Record<string, string>>, text: string): string =>
  Object.hasOwn(words, text) ? (words[text] ?? text) : text;

/** The details of an entry on one line: `price: R$ 19.50, before: (price: R$ 24.90)`. */
export const detailsText = (
  details: AuditEntry['details'],
  words: DetailWords,
  formats: DetailFormats,
): string => {
  const told = (name: string, value: Value): string => {
    if (typeof value === 'boolean') return value ? words.yes : words.no;
    if (value === null) return '–';
    if (Array.isArray(value))
      return value.length === 0 ? '–' : value.map((each) => told(name, each)).join(', ');
    if (typeof value === 'object') return `(${allOf(value)})`;
    const text = String(value);
    if (money.has(name)) return formats.money(text);
    if (moments.has(name)) return formats.time(text);
    if (ofDetails.has(name)) return wordFor(words.detail, text);
    return ownWords.has(name) ? wordFor(words.value, text) : text;
  };
  const allOf = (all: Readonly<Record<string, Value>>): string =>
    Object.entries(all)
      .map(([name, value]) => `${wordFor(words.detail, name)}: ${told(name, value)}`)
      .join(', ');
  return allOf(details);
};
