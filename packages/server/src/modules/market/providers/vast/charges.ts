import { z } from 'zod';
import type { Charge } from '../provider.ts';
import { maybe, microUsd, numeric } from './numbers.ts';

const daySeconds = 86_400;
export const chargesPageSize = 500;

const kinds: Readonly<Record<string, Charge['kind']>> = {
  gpu: 'gpu',
  disk: 'storage',
  bwd: 'download',
  bwu: 'upload',
};

const Item = z.looseObject({ type: z.string(), start: numeric, end: numeric, amount: microUsd });
const Row = z.looseObject({ source: z.string(), items: z.array(Item) });
export const ChargesPage = z.looseObject({ results: z.array(Row), next_token: maybe(z.string()) });

/** The provider counts by days in UTC: all that touch the interval. */
export const chargesFilter = (from: Date, to: Date): string =>
  JSON.stringify({
    day: {
      gte: Math.floor(from.getTime() / 1000 / daySeconds) * daySeconds,
      lte: Math.floor((to.getTime() - 1) / 1000 / daySeconds) * daySeconds,
    },
    type: { in: ['instance'] },
  });

/** Kinds of charges that are not ours to know are left out; so is what is no machine's. */
export const chargesOf = (page: z.output<typeof ChargesPage>): readonly Charge[] =>
  page.results.flatMap(({ source, items }) => {
    const machineId = /^instance-(\d+)$/.exec(source)?.[1];
    if (machineId === undefined) return [];
    return items.flatMap(({ type, start, end, amount }) => {
      const kind = kinds[type];
      if (kind === undefined) return [];
      const from = new Date(start * 1000);
      // Both are the beginnings of days.
      const to = new Date((end + daySeconds) * 1000);
      return [{ machineId, kind, from, to, amountMicroUsd: amount }];
    });
  });
