export interface Instance {
  readonly bars: readonly Lengths[];
  readonly products: readonly Lengths[];
  readonly demand: readonly { readonly id: string; readonly demand: number }[];
  /** One row for each product in a pattern. For `CG` what it begins with; for `mip` all there is, unless it is empty. */
  readonly cutting_patterns: readonly PatternRow[];
}

interface Lengths {
  readonly id: string;
  readonly length: number;
}

export interface PatternRow {
  readonly id_bar: string;
  readonly id_pattern: string;
  readonly id_product: string;
  readonly number_of_products: number;
}

export interface Solution {
  readonly detail_cutting_patterns: readonly PatternRow[];
  /** How many bars are cut by each pattern. */
  readonly number_cutting_patterns: readonly {
    readonly id_bar: string;
    readonly id_pattern: string;
    readonly number_of_patterns: number;
  }[];
}

/** The pieces to cut and the bars to cut them from, by index. */
export interface Stock {
  readonly bars: readonly Lengths[];
  readonly pieces: readonly (Lengths & { readonly demand: number })[];
  /** Of all pieces that are asked for. */
  readonly demandedLength: number;
}

export interface Pattern {
  /** Undefined for one that a solver thought of. */
  readonly id: string | undefined;
  /** Index of the bar. */
  readonly bar: number;
  /** By index of the piece. */
  readonly counts: readonly number[];
}

export const stockOf = ({ bars, products, demand }: Instance): Stock => {
  const demanded = new Map<string, number>();
  for (const row of demand) demanded.set(row.id, (demanded.get(row.id) ?? 0) + row.demand);
  const pieces = products
    .map(({ id, length }) => ({ id, length, demand: demanded.get(id) ?? 0 }))
    .filter((piece) => piece.demand > 0);
  return {
    bars,
    pieces,
    demandedLength: pieces.reduce((sum, piece) => sum + piece.length * piece.demand, 0),
  };
};

export const givenPatterns = ({ cutting_patterns }: Instance, { bars, pieces }: Stock): Pattern[] => {
  const byKey = new Map<string, { id: string; bar: number; counts: number[] }>();
  const barIndex = new Map(bars.map(({ id }, at) => [id, at]));
  const pieceIndex = new Map(pieces.map(({ id }, at) => [id, at]));
  for (const row of cutting_patterns) {
    const key = JSON.stringify([row.id_bar, row.id_pattern]);
    let pattern = byKey.get(key);
    if (pattern === undefined) {
      pattern = { id: row.id_pattern, bar: barIndex.get(row.id_bar) ?? 0, counts: pieces.map(() => 0) };
      byKey.set(key, pattern);
    }
    const at = pieceIndex.get(row.id_product);
    if (at !== undefined) pattern.counts[at] = (pattern.counts[at] ?? 0) + row.number_of_products;
  }
  return [...byKey.values()];
};
