import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Id, IsoDate } from '../primitives.ts';
import { route } from '../route.ts';

const counts = {
  total: z.number().int(),
  succeeded: z.number().int(),
  failed: z.number().int(),
  cancelled: z.number().int(),
};

export const Stats = z
  .strictObject({
    /** The day that `today` means, in `timeZone`. */
    date: IsoDate,
    timeZone: z.string(),
    /** `active`: runs that wait or work now, whenever they were asked for. */
    today: z.strictObject({ ...counts, active: z.number().int(), successRate: z.number().nullable() }),
    /** From start to end, over the runs of the last 30 days that did both; null before the first one. */
    duration: z.strictObject({ meanSeconds: z.number().nullable(), p95Seconds: z.number().nullable() }),
    perDay: z.array(z.strictObject({ date: IsoDate, ...counts })),
    perSystem: z.array(
      z.strictObject({
        name: z.string(),
        ...counts,
        successRate: z.number().nullable(),
        /** Over runs of this system alone; null where there was none. */
        meanSeconds: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Stats' });
export type Stats = z.infer<typeof Stats>;

export const getStats = route({
  method: 'GET',
  path: '/api/v1/stats',
  aliases: ['/api/stats'],
  tag: 'runs',
  summary: 'Runs today, success rate, mean and p95 duration, 30 days by day, by system',
  access: holdersOf('runs:read'),
  query: z.strictObject({
    projectId: Id.optional(),
    timeZone: z.string().max(64).default('America/Sao_Paulo'),
  }),
  response: Stats,
  errors: ['schedule.time_zone'],
});
