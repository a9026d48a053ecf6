/** What is free of each renewable resource over time. */
export interface Profile {
  /** The earliest time, from one on, at which as much is free for so long. */
  earliest(from: number, duration: number, uses: readonly number[]): number;
  occupy(start: number, duration: number, uses: readonly number[]): void;
}

/**
 * As pieces of time in each of which the same is free: long durations take no more room than short ones. Nothing may
 * use more than the capacities: it would never be time for it.
 */
export const createProfile = (capacities: readonly number[]): Profile => {
  const begins = [0];
  const free: number[][] = [[...capacities]];
  const pieceAt = (time: number): number => {
    let piece = begins.length - 1;
    while ((begins[piece] ?? 0) > time) piece--;
    return piece;
  };
  /** The piece that begins at that time; it is made by parting another if there is none. */
  const pieceFrom = (time: number): number => {
    const piece = pieceAt(time);
    if (begins[piece] === time) return piece;
    begins.splice(piece + 1, 0, time);
    free.splice(piece + 1, 0, [...(free[piece] ?? [])]);
    return piece + 1;
  };
  const isEnough = (piece: number, uses: readonly number[]): boolean => {
    const left = free[piece] ?? [];
    for (let resource = 0; resource < uses.length; resource++)
      if ((uses[resource] ?? 0) > (left[resource] ?? 0)) return false;
    return true;
  };
  return {
    earliest: (from, duration, uses) => {
      let start = from;
      if (duration === 0) return start;
      for (let piece = pieceAt(from); piece < begins.length; piece++) {
        const end = begins[piece + 1] ?? Number.POSITIVE_INFINITY;
        if (!isEnough(piece, uses)) start = end;
        else if (end >= start + duration) return start;
      }
      return start;
    },
    occupy: (start, duration, uses) => {
      if (duration === 0) return;
      const first = pieceFrom(start);
      const last = pieceFrom(start + duration);
      for (let piece = first; piece < last; piece++) {
        const left = free[piece] ?? [];
        for (let resource = 0; resource < uses.length; resource++)
          left[resource] = (left[resource] ?? 0) - (uses[resource] ?? 0);
      }
    },
  };
};
