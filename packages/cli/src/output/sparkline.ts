const bars = '▁▂▃▄▅▆▇█';

/**
 * Values as little bars, at most `columns` of them: each is the mean of its share of the values, from 0 to `most`.
 * Where nothing is known there is a gap.
 */
export const sparkline = (values: readonly (number | null)[], most: number, columns: number): string => {
  const size = Math.max(1, values.length / columns);
  const count = Math.min(values.length, columns);
  return Array.from({ length: count }, (_, index) => {
    const share = values.slice(
      Math.floor(index * size),
      Math.max(Math.floor(index * size) + 1, Math.floor((index + 1) * size)),
    );
    const known = share.filter((value) => value !== null);
    if (known.length === 0) return ' ';
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const level = most <= 0 ? 0 : Math.round((Math.min(most, Math.max(0, mean)) / most) * (bars.length - 1));
    return bars[level] ?? ' ';
  }).join('');
};
