const base = 6;

/** Pairs of the colours of charts that are mixed once those have run out: no other colour is named here. */
const mixes = Array.from({ length: base }, (_, first) =>
  Array.from({ length: base - first - 1 }, (__, offset) => [first + 1, first + offset + 2] as const),
).flat();

/** A colour for the group with this number; they repeat after twenty-one, so a number stands beside each. */
export const colourOf = (index: number): string => {
  const place = index % (base + mixes.length);
  if (place < base) return `var(--chart-${place + 1})`;
  const [first = 1, second = 2] = mixes[place - base] ?? [];
  return `color-mix(in oklch, var(--chart-${first}), var(--chart-${second}))`;
};

/** The same colour, pale: what names can be read upon. */
export const paleOf = (index: number): string =>
  `color-mix(in oklch, ${colourOf(index)} 28%, var(--surface))`;
