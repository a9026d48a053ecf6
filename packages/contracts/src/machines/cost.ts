import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { GpuName } from '../market/offers.ts';
import { Id, IsoDate, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

/**
 * What machines cost, from the ledger, and what was not paid while they slept. Dollars; days are UTC's, and a period
 * of `days` ends with today. Where nothing slept there is nothing to say: `insufficient_data`, and its figures are null.
 */
const Verdict = z.enum(['ok', 'insufficient_data']);

const days = z.coerce.number().int().min(1).max(366);
const period = { days: days.default(30) } as const;
const limit = z.coerce.number().int().min(1);

/** Against what savings are counted: no list price of anybody else, but what the machine itself had cost. */
export const savingsBaseline =
  'Each machine had gone on at the price of the rental that was given up for its sleep, disk included. ' +
  'What was paid while it slept and until it was awake again is subtracted; storage for snapshots is your own ' +
  'and not known here.';
const Baseline = z.string();

/** What sleeping saved. Null: nothing slept in the time asked for. */
const saved = {
  hours_saved: z.number().nullable(),
  savings_usd: z.number().nullable(),
} as const;

export const GpuSavings = z
  .strictObject({ gpu_name: z.string(), hibernations: z.number().int(), ...saved })
  .meta({ id: 'GpuSavings' });
export type GpuSavings = z.infer<typeof GpuSavings>;

export const getRealSavings = route({
  method: 'GET',
  path: '/api/v1/metrics/savings/real',
  tag: 'machines',
  summary: 'What hibernation saved, measured: the price given up, less what waking cost',
  access: holdersOf('machines:read'),
  query: z.strictObject({ ...period, user_id: Id.optional() }),
  response: z.strictObject({
    period_days: z.number().int(),
    status: Verdict,
    baseline: Baseline,
    summary: z.strictObject({
      total_savings_usd: z.number().nullable(),
      total_hours_saved: z.number().nullable(),
      hibernation_count: z.number().int(),
      /** What was paid to wake; subtracted already. */
      wake_cost_usd: z.number().nullable(),
      /** Over the days since there is a machine; null in its first. */
      avg_daily_savings_usd: z.number().nullable(),
      avg_daily_hours_saved: z.number().nullable(),
      /** Null before a week was seen. */
      projected_monthly_savings_usd: z.number().nullable(),
    }),
    gpu_breakdown: z.array(GpuSavings),
    generated_at: Timestamp,
  }),
});

export const SavingsDay = z
  .strictObject({
    /** The first day of what it stands for. */
    date: IsoDate,
    hibernations: z.number().int(),
    savings_usd: z.number(),
    hours_saved: z.number(),
    cumulative_savings_usd: z.number(),
  })
  .meta({ id: 'SavingsDay' });
export type SavingsDay = z.infer<typeof SavingsDay>;

const groupBy = { group_by: z.enum(['day', 'week', 'month']).default('day') } as const;

export const getRealSavingsHistory = route({
  method: 'GET',
  path: '/api/v1/metrics/savings/history',
  tag: 'machines',
  summary: 'What hibernation saved, over time; days without sleep are left out',
  access: holdersOf('machines:read'),
  query: z.strictObject({ ...period, ...groupBy }),
  response: z.strictObject({ history: z.array(SavingsDay), baseline: Baseline }),
});

export const HibernationEvent = z
  .strictObject({
    /** Of the hibernation; it ends with `woke`. */
    id: Id,
    instance_id: Id,
    event_type: z.enum(['fell_asleep', 'woke']),
    at: Timestamp,
    gpu_name: z.string(),
    reason: z.string(),
    /** The baseline: what an hour of the rental cost that was given up. */
    dph_total: z.number(),
    snapshot_id: Id.nullable(),
    operation_id: Id,
    /** Of the whole sleep, up to now where it goes on. */
    sleep_hours: z.number(),
    wake_seconds: z.number().nullable(),
    savings_usd: z.number(),
  })
  .meta({ id: 'HibernationEvent' });
export type HibernationEvent = z.infer<typeof HibernationEvent>;

export const listHibernationEvents = route({
  method: 'GET',
  path: '/api/v1/metrics/hibernation/events',
  tag: 'machines',
  summary: 'When machines fell asleep and woke, newest first',
  access: holdersOf('machines:read'),
  query: z.strictObject({
    limit: limit.max(500).default(50),
    instance_id: Id.optional(),
    event_type: z.enum(['fell_asleep', 'woke']).optional(),
  }),
  response: z.strictObject({ events: z.array(HibernationEvent), count: z.number().int() }),
});

export const getSavingsSummary = route({
  method: 'GET',
  path: '/api/v1/savings/summary',
  tag: 'machines',
  summary: 'What was paid, beside what would have been without sleep',
  access: holdersOf('machines:read'),
  query: z.strictObject(period),
  response: z.strictObject({
    period_days: z.number().int(),
    status: Verdict,
    baseline: Baseline,
    cost_usd: z.number(),
    /** Of it, what the provider has not charged yet. */
    estimated_usd: z.number(),
    ...saved,
    cost_without_sleep_usd: z.number().nullable(),
    savings_percent: z.number().nullable(),
    hibernation_count: z.number().int(),
    asleep_now: z.number().int(),
    generated_at: Timestamp,
  }),
});

export const getSavingsHistory = route({
  method: 'GET',
  path: '/api/v1/savings/history',
  tag: 'machines',
  summary: 'Cost and savings of each day, without gaps',
  access: holdersOf('machines:read'),
  query: z.strictObject(period),
  response: z.strictObject({
    history: z.array(
      z.strictObject({ ...SavingsDay.shape, cost_usd: z.number(), estimated_usd: z.number() }),
    ),
    baseline: Baseline,
  }),
});

export const getSavingsBreakdown = route({
  method: 'GET',
  path: '/api/v1/savings/breakdown',
  tag: 'machines',
  summary: 'Cost and savings by machine and by GPU type, dearest first',
  access: holdersOf('machines:read'),
  query: z.strictObject({ ...period, limit: limit.max(500).default(100) }),
  response: z.strictObject({
    baseline: Baseline,
    machines: z.array(
      z.strictObject({
        instance_id: Id,
        label: z.string(),
        cost_usd: z.number(),
        hibernations: z.number().int(),
        ...saved,
      }),
    ),
    gpus: z.array(z.strictObject({ ...GpuSavings.shape, cost_usd: z.number() })),
  }),
});

export const compareSavings = route({
  method: 'GET',
  path: '/api/v1/savings/comparison/{gpu_type}',
  tag: 'machines',
  summary: 'Machines of one GPU type as they were used, beside the same machines without sleep',
  access: holdersOf('machines:read'),
  params: z.strictObject({ gpu_type: GpuName }),
  query: z.strictObject(period),
  response: z.strictObject({
    gpu_type: z.string(),
    period_days: z.number().int(),
    status: Verdict,
    baseline: Baseline,
    cost_usd: z.number(),
    cost_without_sleep_usd: z.number().nullable(),
    ...saved,
    savings_percent: z.number().nullable(),
    hibernation_count: z.number().int(),
    /** Mean over the hours slept. */
    baseline_dph: z.number().nullable(),
  }),
});

export const getHibernationStats = route({
  method: 'GET',
  path: '/api/v1/hibernation/stats',
  tag: 'machines',
  summary: 'How often machines slept, why, for how long, and how fast they woke',
  access: holdersOf('machines:read'),
  query: z.strictObject(period),
  response: z.strictObject({
    period_days: z.number().int(),
    status: Verdict,
    hibernation_count: z.number().int(),
    wake_count: z.number().int(),
    asleep_now: z.number().int(),
    /** By what put them to sleep: idle, schedule, user, ... */
    reasons: z.record(z.string(), z.number().int()),
    avg_sleep_hours: z.number().nullable(),
    median_wake_seconds: z.number().nullable(),
    p95_wake_seconds: z.number().nullable(),
    ...saved,
  }),
});

const InstanceIdParams = z.strictObject({ id: Id });

/** One sleep, with all that it is counted from. */
export const Sleep = z
  .strictObject({
    id: Id,
    slept_at: Timestamp,
    woke_at: Timestamp.nullable(),
    gpu_name: z.string(),
    reason: z.string(),
    hours: z.number(),
    baseline_dph: z.number(),
    /** The hours at the baseline. */
    not_paid_usd: z.number(),
    wake_cost_usd: z.number(),
    wake_seconds: z.number().nullable(),
    savings_usd: z.number(),
  })
  .meta({ id: 'MachineSleep' });
export type Sleep = z.infer<typeof Sleep>;

export const getInstanceSavings = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/savings',
  tag: 'machines',
  summary: 'What the sleep of one machine saved',
  access: holdersOf('machines:read'),
  params: InstanceIdParams,
  query: z.strictObject({ ...period, limit: limit.max(500).default(50) }),
  response: z.strictObject({
    instance_id: Id,
    period_days: z.number().int(),
    status: Verdict,
    baseline: Baseline,
    cost_usd: z.number(),
    hibernation_count: z.number().int(),
    ...saved,
    /** Newest first, whenever they were. */
    sleeps: z.array(Sleep),
  }),
  errors: ['machine.not_found'],
});

export const CostLine = z
  .strictObject({
    rental_id: Id,
    date: IsoDate,
    kind: z.enum(['gpu', 'storage', 'download', 'upload']),
    /** The provider's charge, or what we counted until it comes. */
    source: z.enum(['charge', 'estimate']),
    cost_usd: z.number(),
  })
  .meta({ id: 'MachineCostLine' });
export type CostLine = z.infer<typeof CostLine>;

export const getInstanceCost = route({
  method: 'GET',
  path: '/api/v1/instances/{id}/cost',
  tag: 'machines',
  summary: 'What a machine cost: each rental, each day, and who says so',
  access: holdersOf('machines:read'),
  params: InstanceIdParams,
  query: z.strictObject({ ...period, limit: limit.max(5000).default(1000) }),
  response: z.strictObject({
    instance_id: Id,
    /** Over its whole life. */
    total_usd: z.number(),
    estimated_usd: z.number(),
    dph_now: z.number(),
    period_days: z.number().int(),
    period_usd: z.number(),
    /** Newest first, at most `limit`. */
    rentals: z.array(
      z.strictObject({
        id: Id,
        provider_instance_id: z.string().nullable(),
        gpu_name: z.string().nullable(),
        ordered_at: Timestamp,
        gone_at: Timestamp.nullable(),
        /** Its bill is final up to here. */
        charged_until: Timestamp.nullable(),
        cost_usd: z.number(),
        estimated_usd: z.number(),
      }),
    ),
    /** Of the period, newest first, at most `limit`. */
    lines: z.array(CostLine),
    truncated: z.boolean(),
    generated_at: Timestamp,
  }),
  errors: ['machine.not_found'],
});
