/** What of two sequences does not match: `a` from `aStart` to `aEnd` has become `b` from `bStart` to `bEnd`. */
export interface Gap {
  readonly aStart: number;
  readonly aEnd: number;
  readonly bStart: number;
  readonly bEnd: number;
}

/** How far one gets on each diagonal with so many edits: the greedy algorithm of Myers (1986). */
const furthestReaches = (
  a: readonly number[],
  b: readonly number[],
  maxEdits: number,
): Int32Array[] | undefined => {
  const trace: Int32Array[] = [];
  // Diagonal k stands at `k + maxEdits + 1`.
  const reach = new Int32Array(2 * maxEdits + 3);
  const middle = maxEdits + 1;
  for (let edits = 0; edits <= maxEdits; edits += 1) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      const fromAbove = reach[middle + k + 1] as number;
      const fromLeft = reach[middle + k - 1] as number;
      let x = k === -edits || (k !== edits && fromLeft < fromAbove) ? fromAbove : fromLeft + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return trace;
    }
  }
  return undefined;
};

/** The single elements that are removed (`[x, undefined]`) and added, from the last to the first. */
const editsOf = (a: readonly number[], b: readonly number[], trace: readonly Int32Array[]): Gap[] => {
  const edits: Gap[] = [];
  const middle = ((trace[0] as Int32Array).length - 1) / 2;
  let x = a.length;
  let y = b.length;
  for (let count = trace.length - 1; count > 0; count -= 1) {
    const reach = trace[count] as Int32Array;
    const k = x - y;
    const fromAbove = reach[middle + k + 1] as number;
    const fromLeft = reach[middle + k - 1] as number;
    const isAdded = k === -count || (k !== count && fromLeft < fromAbove);
    x = isAdded ? fromAbove : fromLeft;
    y = x - (isAdded ? k + 1 : k - 1);
    edits.push({ aStart: x, aEnd: isAdded ? x : x + 1, bStart: y, bEnd: isAdded ? y + 1 : y });
  }
  return edits;
};

/** The gaps in their order; undefined where more than `maxEdits` elements were removed or added. */
export const gapsBetween = (
  a: readonly number[],
  b: readonly number[],
  maxEdits: number,
): Gap[] | undefined => {
  const trace = furthestReaches(a, b, maxEdits);
  if (trace === undefined) return undefined;
  const gaps: Gap[] = [];
  for (const edit of editsOf(a, b, trace).toReversed()) {
    const last = gaps.at(-1);
    if (last?.aEnd === edit.aStart && last.bEnd === edit.bStart) {
      gaps[gaps.length - 1] = { ...last, aEnd: edit.aEnd, bEnd: edit.bEnd };
    } else {
      gaps.push(edit);
    }
  }
  return gaps;
};
