export type Layout = 'free' | 'fixed';

/** Columns of the six fields of fixed MPS, from 0: 2-3, 5-12, 15-22, 25-36, 40-47 and 50-61 in the standard's count. */
const fixed: readonly (readonly [number, number])[] = [
  [1, 3],
  [4, 12],
  [14, 22],
  [24, 36],
  [39, 47],
  [49, 61],
];

/** Sections whose lines begin with the first field: a type. In the others it is blank. */
const typed: readonly string[] = ['ROWS', 'BOUNDS', 'SOS'];

export const readFields = (line: string, section: string, layout: Layout): string[] => {
  // A `$` that begins a field begins a comment.
  const text = line.includes('$') ? line.replace(/\s\$.*$/, '') : line;
  if (layout === 'free') return text.trim().split(/\s+/);
  const fields = fixed.map(([from, to]) => text.slice(from, to).trim());
  const used = typed.includes(section) ? fields : fields.slice(1);
  while (used.at(-1) === '') used.pop();
  return used;
};

/** Fortran wrote the exponent with a D. */
export const readNumber = (text: string, fail: (reason: string) => never): number => {
  const plain = Number(text);
  if (text !== '' && !Number.isNaN(plain)) return plain;
  const word = text.replace(/^([+-]?[\d.]+)d/i, '$1e');
  if (/^[+-]?inf(inity)?$/i.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  const value = Number(word);
  return word === '' || Number.isNaN(value) ? fail(`${text} is no number`) : value;
};
