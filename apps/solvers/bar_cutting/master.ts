import type { Constraint, Model } from '../src/lib/mip.ts';
import type { Pattern, Stock } from './data.ts';

/**
 * How many bars to cut by each pattern, so that every demand is met (more is allowed, and is lost) with the least
 * material. The objective is the loss: material less what was asked for. `atLeast` is a bound on the material that is
 * known to hold; the engine stops when it is reached.
 */
export const masterModel = (
  { bars, pieces, demandedLength }: Stock,
  patterns: readonly Pattern[],
  { integer, atLeast }: { readonly integer: boolean; readonly atLeast?: number },
): Model => {
  const lengthOf = ({ bar }: Pattern): number => bars[bar]?.length ?? 0;
  const constraints: Constraint[] = pieces.map(({ demand }, piece) => ({
    name: `demand_${piece}`,
    terms: patterns.flatMap(({ counts }, at) => {
      const count = counts[piece] ?? 0;
      return count === 0 ? [] : [[at, count] as const];
    }),
    lower: demand,
  }));
  if (atLeast !== undefined) {
    constraints.push({
      name: 'bound',
      terms: patterns.map((one, at) => [at, lengthOf(one)]),
      lower: atLeast,
    });
  }
  return {
    sense: 'minimize',
    variables: patterns.map((pattern, at) => ({ name: `p${at}`, integer, cost: lengthOf(pattern) })),
    constraints,
    offset: -demandedLength,
  };
};
