/** Steps of one letter (insert, drop, replace, swap neighbours) from one word to the other. */
const editDistance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
};

/** The word that was probably meant, or undefined when none is near. */
export const findClosest = (word: string, known: readonly string[]): string | undefined => {
  const lower = word.toLowerCase();
  const near = known
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .filter(
      ({ name, distance }) => distance <= Math.max(1, Math.floor(Math.max(name.length, word.length) / 3)),
    )
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.name ?? known.find((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower));
};

/** ` (did you mean "x"?)`, or nothing. */
export const closest = (word: string, known: readonly string[]): string => {
  const found = findClosest(word, known);
  return found === undefined ? '' : ` (did you mean "${found}"?)`;
};
