import type { Pattern, Solution, Stock } from './data.ts';

export interface Use {
  readonly pattern: Pattern;
  readonly number: number;
}

/** The plan as tables. Patterns without a name get one that no given pattern has. */
export const solutionOf = ({ bars, pieces }: Stock, uses: readonly Use[]): Solution => {
  const taken = new Set(uses.map(({ pattern }) => pattern.id));
  let last = 0;
  const newId = (): string => {
    do last += 1;
    while (taken.has(`pattern_${last}`));
    return `pattern_${last}`;
  };
  const named = uses
    .filter(({ number }) => number > 0)
    .map(({ pattern, number }) => ({
      ...pattern,
      number,
      id_pattern: pattern.id ?? newId(),
      id_bar: bars[pattern.bar]?.id ?? '',
    }));
  return {
    detail_cutting_patterns: named.flatMap(({ id_bar, id_pattern, counts }) =>
      counts.flatMap((number_of_products, piece) => {
        const id_product = pieces[piece]?.id ?? '';
        return number_of_products === 0 ? [] : [{ id_bar, id_pattern, id_product, number_of_products }];
      }),
    ),
    number_cutting_patterns: named.map(({ id_bar, id_pattern, number }) => ({
      id_bar,
      id_pattern,
      number_of_patterns: number,
    })),
  };
};

/** Leaves out of the patterns what is cut beyond the demand: it would be loss anyhow. */
export const withoutSurplus = (stock: Stock, uses: readonly Use[]): Use[] => {
  let plan = uses.filter(({ number }) => number > 0);
  for (const [piece, { demand }] of stock.pieces.entries()) {
    const count = ({ pattern }: Use): number => pattern.counts[piece] ?? 0;
    let surplus = plan.reduce((sum, use) => sum + count(use) * use.number, 0) - demand;
    while (surplus > 0) {
      const use = plan.find((one) => count(one) > 0);
      if (use === undefined) break;
      const less = Math.min(count(use), surplus);
      const changed = Math.min(use.number, Math.floor(surplus / less));
      const counts = use.pattern.counts.map((old, at) => (at === piece ? old - less : old));
      const rest = plan.filter((one) => one !== use);
      if (use.number > changed) rest.unshift({ pattern: use.pattern, number: use.number - changed });
      // Behind the others, so that one that holds the piece still is not found again at once.
      rest.push({ pattern: { id: undefined, bar: use.pattern.bar, counts }, number: changed });
      plan = rest;
      surplus -= less * changed;
    }
  }
  return plan;
};
