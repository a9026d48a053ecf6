import type { Pattern, Stock } from './data.ts';

/**
 * Every pattern to which no further piece can be added, with no more of a piece than is asked for: these are enough for
 * the best plan. Undefined when there are more than `most`.
 */
export const allPatterns = ({ bars, pieces }: Stock, most: number): Pattern[] | undefined => {
  const patterns: Pattern[] = [];
  const byLength = pieces.map((_, at) => at).toSorted((a, b) => lengthOf(b) - lengthOf(a));

  function lengthOf(piece: number): number {
    return pieces[piece]?.length ?? 0;
  }

  /** Counts of the pieces before `at` (by falling length) are chosen; the shortest piece that could be added decides. */
  const extend = (bar: number, at: number, left: number, counts: number[]): boolean => {
    const piece = byLength[at];
    if (piece === undefined) {
      const isMaximal = pieces.every(
        ({ length, demand }, index) => length > left || (counts[index] ?? 0) >= demand,
      );
      if (isMaximal) patterns.push({ id: undefined, bar, counts: [...counts] });
      return patterns.length <= most;
    }
    const length = lengthOf(piece);
    for (let count = Math.min(Math.floor(left / length), pieces[piece]?.demand ?? 0); count >= 0; count--) {
      counts[piece] = count;
      if (!extend(bar, at + 1, left - count * length, counts)) return false;
    }
    return true;
  };

  const isWhole = bars.every(({ length }, bar) =>
    extend(
      bar,
      0,
      length,
      pieces.map(() => 0),
    ),
  );
  return isWhole ? patterns.filter(({ counts }) => counts.some((count) => count > 0)) : undefined;
};
