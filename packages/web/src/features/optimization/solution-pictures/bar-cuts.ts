import { readFigure, readId, readRows, sumOf, type NodeId, type PictureProps } from './picture-data.ts';

export interface CutPattern {
  readonly key: string;
  readonly bar: NodeId;
  /** Of the bar. */
  readonly length: number;
  /** How often it is cut. */
  readonly times: number;
  readonly pieces: readonly {
    /** Index among the products. */ readonly product: number;
    readonly length: number;
  }[];
  readonly waste: number;
}

export interface Cuts {
  readonly patterns: readonly CutPattern[];
  readonly products: readonly { readonly id: NodeId; readonly length: number }[];
}

/** More pieces of a bar than this are not told apart any more. */
const mostPieces = 200;

/** The patterns that are cut at least once, those cut most often first. */
export const readCuts = ({ instance, solution }: PictureProps): Cuts | undefined => {
  const details = readRows(solution, 'detail_cutting_patterns', [
    'id_bar',
    'id_pattern',
    'id_product',
    'number_of_products',
  ]);
  const numbers = readRows(solution, 'number_cutting_patterns', [
    'id_bar',
    'id_pattern',
    'number_of_patterns',
  ]);
  const bars = readRows(instance, 'bars', ['id', 'length']);
  const products = readRows(instance, 'products', ['id', 'length'])
    ?.map((row) => ({ id: readId(row, 'id'), length: readFigure(row, 'length') }))
    .toSorted((a, b) => b.length - a.length);
  if (details === undefined || numbers === undefined || bars === undefined || products === undefined)
    return undefined;
  const lengths = new Map(bars.map((row) => [readId(row, 'id'), readFigure(row, 'length')]));
  const patterns = numbers.flatMap((row): CutPattern[] => {
    const times = readFigure(row, 'number_of_patterns');
    const bar = readId(row, 'id_bar');
    const pattern = readId(row, 'id_pattern');
    const length = lengths.get(bar);
    if (!(times > 0) || length === undefined) return [];
    const pieces = details
      .filter((detail) => readId(detail, 'id_bar') === bar && readId(detail, 'id_pattern') === pattern)
      .flatMap((detail) => {
        const product = products.findIndex(({ id }) => id === readId(detail, 'id_product'));
        const count = Math.min(mostPieces, Math.max(0, readFigure(detail, 'number_of_products') || 0));
        return Array.from({ length: count }, () => ({ product, length: products[product]?.length ?? 0 }));
      })
      .toSorted((a, b) => b.length - a.length);
    const waste = length - sumOf(pieces.map((piece) => piece.length));
    return [{ key: `${bar} ${pattern}`, bar, length, times, pieces, waste }];
  });
  return { patterns: patterns.toSorted((a, b) => b.times - a.times), products };
};
