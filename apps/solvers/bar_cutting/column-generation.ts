import type { Work } from '../src/lib/app.ts';
import { solveMip } from '../src/lib/solve-mip.ts';
import type { Pattern, Stock } from './data.ts';
import { fillBest } from './knapsack.ts';
import { masterModel } from './master.ts';

interface Generated {
  readonly patterns: readonly Pattern[];
  /** No plan needs less material. */
  readonly bound: number;
}

/** A pattern is worth to be added when its pieces are worth so much more than its bar. */
const tolerance = 1e-7;

/**
 * Column generation of Gilmore and Gomory (Operations Research 9, 1961): the relaxed master says what each piece is
 * worth, the best filling of each bar at these prices is the next pattern, until none is worth more than its bar.
 * At any time the prices divided by the worth of the best filling bound the material (Farley, Operations Research 38,
 * 1990); plans use whole bars, so the bound is rounded up to a multiple of what all lengths of bars have in common.
 */
export const generatePatterns = async (
  stock: Stock,
  given: readonly Pattern[],
  work: Work,
): Promise<Generated> => {
  const patterns = [...given, ...purePatterns(stock)];
  const known = new Set(patterns.map(keyOf));
  const unit = stock.bars.reduce((common, { length }) => commonDivisor(common, length), 0);
  let bound = 0;
  for (let round = 1; ; round++) {
    // Prices are needed, which not every native engine gives.
    const master = await solveMip(masterModel(stock, patterns, { integer: false }), {
      engine: 'highs',
      timeLimit: work.secondsLeft(),
      signal: work.signal,
      say: () => undefined,
    });
    if (master.status !== 'optimal' || master.duals === undefined) break;
    const prices = master.duals;
    const fillings = stock.bars.map(({ length }, bar) => {
      const items = stock.pieces.map((piece, at) => ({
        length: piece.length,
        value: prices[at] ?? 0,
        most: piece.demand,
      }));
      return { bar, length, ...fillBest(length, items) };
    });
    const worth = Math.max(1, ...fillings.map(({ value, length }) => value / length));
    const material = (master.objective ?? 0) + stock.demandedLength;
    bound = Math.max(bound, Math.ceil(material / worth / unit - 1e-6) * unit);
    const added = fillings
      .filter(({ value, length }) => value > length * (1 + tolerance))
      .map(({ bar, counts }): Pattern => ({ id: undefined, bar, counts }))
      .filter((pattern) => !known.has(keyOf(pattern)));
    work.say(`round ${round}: ${patterns.length} patterns, relaxed ${material.toFixed(2)}, bound ${bound}`);
    if (added.length === 0 || work.signal.aborted) break;
    for (const pattern of added) {
      patterns.push(pattern);
      known.add(keyOf(pattern));
    }
  }
  return { patterns, bound };
};

const keyOf = ({ bar, counts }: Pattern): string => `${bar}:${counts.join(',')}`;

/** For each piece the bar with the least loss full of it: with these the master always has a plan. */
const purePatterns = ({ bars, pieces }: Stock): Pattern[] =>
  pieces.map(({ length, demand }, piece) => {
    const cost = (bar: number): number => {
      const size = bars[bar]?.length ?? 0;
      return size / Math.min(demand, Math.floor(size / length));
    };
    const bar = bars.map((_, at) => at).reduce((best, at) => (cost(at) < cost(best) ? at : best), 0);
    const count = Math.min(demand, Math.floor((bars[bar]?.length ?? 0) / length));
    return { id: undefined, bar, counts: pieces.map((_, at) => (at === piece ? count : 0)) };
  });

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));
