/** Where a value stands between gaps: no line leads to it, so that only a dot shows it. */
export const lonePoints = (values: readonly (number | null | undefined)[]): number[] =>
  values.flatMap((value, at) => {
    const isAlone = (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;
    return (value ?? null) !== null && isAlone ? [at] : [];
  });
