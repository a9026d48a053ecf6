import { ModelFileError } from './builder.ts';

export interface Token {
  readonly kind: 'number' | 'name' | 'sense' | 'sign';
  readonly text: string;
  readonly line: number;
}

export type SectionName = 'objective' | 'constraints' | 'bounds' | 'general' | 'binary' | 'sos' | 'end';

export interface Section {
  readonly name: SectionName;
  /** The word that opened it: `maximize`. */
  readonly keyword: string;
  readonly tokens: Token[];
}

/** Words that open a section stand first on their line and before no colon, else they are names. */
const keywords: readonly (readonly [SectionName | 'refused', RegExp])[] = [
  ['objective', /^(?:max|min)(?:imi[sz]e|imum)?(?=\s|$)/i],
  ['constraints', /^(?:subject\s+to|such\s+that|s\.t\.|st\.?|lazy\s+constraints)(?=\s|$)/i],
  ['bounds', /^bounds?(?=\s|$)/i],
  ['general', /^(?:generals?|gen|integers?|int)(?=\s|$)/i],
  ['binary', /^(?:binary|binaries|bin)(?=\s|$)/i],
  ['sos', /^sos[12]?(?=\s|$)/i],
  ['end', /^end(?=\s|$)/i],
  // Cuts of a user only speed a solver up; without them the model is the same, but nobody asked for that.
  ['refused', /^(?:semi-continuous|semis?|user\s+cuts|general\s+constraints|pwlobj|scenario)(?=\s|$)/i],
];

const token =
  /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|(?<sense>[<>]=?|=[<>]?)|(?<sign>[-+:[\]*^])|(?<name>[^\s<>=+\-:[\]*^\d.][^\s<>=+\-:*^]*)|(?<other>.)/giu;

const tokensOf = (text: string, line: number): Token[] =>
  [...text.matchAll(token)].flatMap(({ groups = {} }): Token[] => {
    for (const kind of ['number', 'name', 'sense', 'sign'] as const) {
      const text = groups[kind];
      if (text !== undefined) return [{ kind, text, line }];
    }
    if (groups['other'] !== undefined) throw new ModelFileError(line, `${groups['other']} cannot be read`);
    return [];
  });

/** The parts of a file in CPLEX LP format; a backslash begins a comment. */
export const sectionsOf = (text: string): Section[] => {
  const sections: Section[] = [];
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.replace(/\\.*$/, '').trim();
    if (line === '') continue;
    let rest = line;
    for (const [name, pattern] of keywords) {
      const keyword = pattern.exec(line)?.[0];
      if (keyword === undefined) continue;
      // `general constraints` begins like `general`.
      if (name === 'refused' || /^general\s+constraints/i.test(line)) {
        throw new ModelFileError(at + 1, `a section "${line}" cannot stand in this dictionary`);
      }
      sections.push({ name, keyword: keyword.toLowerCase(), tokens: [] });
      rest = line.slice(keyword.length);
      break;
    }
    const current = sections.at(-1);
    if (current === undefined) throw new ModelFileError(at + 1, 'the file does not begin with an objective');
    if (current.name === 'end') break;
    for (const one of tokensOf(rest, at + 1)) current.tokens.push(one);
  }
  return sections;
};
