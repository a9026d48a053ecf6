import type { JsonDocument } from './document.ts';

/** `indicators` of a solution as lists show them: `k: v; k2: v2`, sorted by name. */
export const indicatorsOf = (solution: JsonDocument): string => {
  const indicators = solution.at('/indicators')?.value();
  if (typeof indicators !== 'object' || indicators === null) return '';
  return Object.entries(indicators)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('; ');
};
