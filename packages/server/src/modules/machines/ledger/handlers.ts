import type * as contract from '@dumont/contracts/machines/cost';
import { savingsBaseline } from '@dumont/contracts/machines/cost';
import type { RouteRequest, RouteResponse } from '@dumont/contracts/route';
import { scopeOf, type Caller } from '../../../kernel/access/caller.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { dayMs } from './charges-plan.ts';
import { createCostStore, type CostFilter } from './cost-store.ts';
import {
  dateOf,
  hours,
  percentOf,
  periodOf,
  savedMicroUsd,
  showEvents,
  showMeans,
  showSavings,
  showSleep,
  showVerdict,
  usd,
} from './savings.ts';
import { createSavingsStore } from './savings-store.ts';

export type LedgerOperation =
  | 'getRealSavings'
  | 'getRealSavingsHistory'
  | 'listHibernationEvents'
  | 'getSavingsSummary'
  | 'getSavingsHistory'
  | 'getSavingsBreakdown'
  | 'compareSavings'
  | 'getHibernationStats'
  | 'getInstanceSavings'
  | 'getInstanceCost';

type Contract = typeof contract;
export type LedgerHandlers = {
  readonly [K in LedgerOperation]: (
    input: RouteRequest<Contract[K]> & { readonly caller: Caller },
  ) => Promise<RouteResponse<Contract[K]>>;
};

export const createLedgerHandlers = (deps: {
  readonly db: Database;
  readonly clock: Clock;
}): LedgerHandlers => {
  const { db, clock } = deps;
  const costs = createCostStore(db);
  const savings = createSavingsStore(db);

  const scopeFor = (caller: Caller): CostFilter => ({ scope: scopeOf(caller, 'machines:read') });
  const sum = (rows: readonly { readonly microUsd: number }[]): number =>
    rows.reduce((micro, { microUsd }) => micro + microUsd, 0);
  const sumEstimated = (rows: readonly { readonly estimatedMicroUsd: number }[]): number =>
    rows.reduce((micro, { estimatedMicroUsd }) => micro + estimatedMicroUsd, 0);

  /** One that the caller may see; others are not there. */
  const machineFor = async (caller: Caller, id: string): Promise<CostFilter> => {
    const filter = { ...scopeFor(caller), machineId: id };
    if ((await costs.findMachine(filter)) === undefined) throw new AppError('machine.not_found');
    return filter;
  };

  return {
    getRealSavings: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const filter = { ...scopeFor(caller), ownerId: query.user_id };
      const [all] = await savings.listGroups('all', filter, period);
      const since = await costs.findSince(filter);
      const gpus = await savings.listGroups('gpu', filter, period);
      const shown = showSavings(all);
      return {
        period_days: query.days,
        ...showVerdict(all),
        summary: {
          total_savings_usd: shown.savings_usd,
          total_hours_saved: shown.hours_saved,
          hibernation_count: all?.hibernations ?? 0,
          wake_cost_usd: all === undefined ? null : usd(all.paidMicroUsd),
          ...showMeans(all, period, since),
        },
        gpu_breakdown: gpus
          .toSorted((a, b) => savedMicroUsd(b) - savedMicroUsd(a))
          .map((each) => ({
            gpu_name: each.key,
            hibernations: each.hibernations,
            ...showSavings(each),
          })),
        generated_at: period.now.toISOString(),
      };
    },
    getRealSavingsHistory: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const rows = await savings.listGroups(query.group_by, scopeFor(caller), period);
      let micro = 0;
      const history = rows.map((each) => {
        micro += savedMicroUsd(each);
        return {
          date: each.key,
          hibernations: each.hibernations,
          savings_usd: usd(savedMicroUsd(each)),
          hours_saved: hours(each.seconds),
          cumulative_savings_usd: usd(micro),
        };
      });
      return { history, baseline: savingsBaseline };
    },
    listHibernationEvents: async ({ caller, query }) => {
      const filter = { ...scopeFor(caller), machineId: query.instance_id };
      const sleeps = await savings.listSleeps(filter, clock.now(), query.limit, query.event_type);
      const events = sleeps
        .flatMap(showEvents)
        .filter((event) => (query.event_type ?? event.event_type) === event.event_type)
        .toSorted((a, b) => b.at.localeCompare(a.at))
        .slice(0, query.limit);
      return { events, count: events.length };
    },
    getSavingsSummary: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const filter = scopeFor(caller);
      const [all] = await savings.listGroups('all', filter, period);
      const { asleepNow } = await savings.readStats(filter, period);
      const days = await costs.listDays(filter, period);
      const cost = sum(days);
      const without = all === undefined ? null : cost + savedMicroUsd(all);
      return {
        period_days: query.days,
        ...showVerdict(all),
        cost_usd: usd(cost),
        estimated_usd: usd(sumEstimated(days)),
        ...showSavings(all),
        cost_without_sleep_usd: without === null ? null : usd(without),
        savings_percent: all === undefined ? null : percentOf(savedMicroUsd(all), without ?? 0),
        hibernation_count: all?.hibernations ?? 0,
        asleep_now: asleepNow,
        generated_at: period.now.toISOString(),
      };
    },
    getSavingsHistory: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const filter = scopeFor(caller);
      const slept = new Map(
        (await savings.listGroups('day', filter, period)).map((each) => [each.key, each]),
      );
      const paid = new Map((await costs.listDays(filter, period)).map((each) => [dateOf(each.day), each]));
      let micro = 0;
      const history = Array.from({ length: query.days }, (_, index) => {
        const date = dateOf(new Date(period.from.getTime() + index * dayMs));
        const sleep = slept.get(date);
        const cost = paid.get(date);
        const saved = sleep === undefined ? 0 : savedMicroUsd(sleep);
        micro += saved;
        return {
          date,
          hibernations: sleep?.hibernations ?? 0,
          savings_usd: usd(saved),
          hours_saved: hours(sleep?.seconds ?? 0),
          cumulative_savings_usd: usd(micro),
          cost_usd: usd(cost?.microUsd ?? 0),
          estimated_usd: usd(cost?.estimatedMicroUsd ?? 0),
        };
      });
      return { history, baseline: savingsBaseline };
    },
    getSavingsBreakdown: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const filter = scopeFor(caller);
      /** What was paid for, and what only slept. */
      const join = async (by: 'machine' | 'gpu') => {
        const slept = await savings.listGroups(by, filter, period);
        const found = new Map(slept.map((each) => [each.key, { sleep: each, microUsd: 0 }]));
        const rows = new Map<string, { sleep?: (typeof slept)[number]; microUsd: number }>(found);
        for (const { key, microUsd } of await costs.listGroups(by, filter, period, query.limit))
          rows.set(key, { ...rows.get(key), microUsd });
        return [...rows].toSorted(([, a], [, b]) => b.microUsd - a.microUsd).slice(0, query.limit);
      };
      const machines = await join('machine');
      const labels = await costs.listLabels(machines.map(([id]) => id));
      return {
        baseline: savingsBaseline,
        machines: machines.map(([id, { sleep, microUsd }]) => ({
          instance_id: id,
          label: labels.get(id) ?? '',
          cost_usd: usd(microUsd),
          hibernations: sleep?.hibernations ?? 0,
          ...showSavings(sleep),
        })),
        gpus: (await join('gpu')).map(([name, { sleep, microUsd }]) => ({
          gpu_name: name,
          hibernations: sleep?.hibernations ?? 0,
          ...showSavings(sleep),
          cost_usd: usd(microUsd),
        })),
      };
    },
    compareSavings: async ({ caller, params, query }) => {
      const period = periodOf(query.days, clock.now());
      const gpuName = params.gpu_type.trim().replaceAll('_', ' ');
      const filter = { ...scopeFor(caller), gpuName };
      const [all] = await savings.listGroups('all', filter, period);
      const cost = sum(await costs.listDays(filter, period));
      const without = all === undefined ? null : cost + savedMicroUsd(all);
      return {
        gpu_type: gpuName,
        period_days: query.days,
        ...showVerdict(all),
        cost_usd: usd(cost),
        cost_without_sleep_usd: without === null ? null : usd(without),
        ...showSavings(all),
        savings_percent: all === undefined ? null : percentOf(savedMicroUsd(all), without ?? 0),
        hibernation_count: all?.hibernations ?? 0,
        baseline_dph:
          all === undefined || all.seconds === 0 ? null : usd((all.notPaidMicroUsd / all.seconds) * 3600),
      };
    },
    getHibernationStats: async ({ caller, query }) => {
      const period = periodOf(query.days, clock.now());
      const filter = scopeFor(caller);
      const [all] = await savings.listGroups('all', filter, period);
      const stats = await savings.readStats(filter, period);
      return {
        period_days: query.days,
        status: showVerdict(all).status,
        hibernation_count: stats.hibernations,
        wake_count: stats.wakes,
        asleep_now: stats.asleepNow,
        reasons: { ...stats.reasons },
        avg_sleep_hours: stats.meanSeconds === null ? null : hours(stats.meanSeconds),
        median_wake_seconds: stats.medianWakeSeconds,
        p95_wake_seconds: stats.p95WakeSeconds,
        ...showSavings(all),
      };
    },
    getInstanceSavings: async ({ caller, params, query }) => {
      const filter = await machineFor(caller, params.id);
      const period = periodOf(query.days, clock.now());
      const [all] = await savings.listGroups('all', filter, period);
      const sleeps = await savings.listSleeps(filter, period.now, query.limit);
      return {
        instance_id: params.id,
        period_days: query.days,
        ...showVerdict(all),
        cost_usd: usd(sum(await costs.listDays(filter, period))),
        hibernation_count: all?.hibernations ?? 0,
        ...showSavings(all),
        sleeps: sleeps.map(showSleep),
      };
    },
    getInstanceCost: async ({ caller, params: { id }, query }) => {
      const filter = await machineFor(caller, id);
      const period = periodOf(query.days, clock.now());
      const now = (await costs.listCosts([id], period.now)).get(id);
      const rentals = await costs.listRentals(id, period.now, query.limit + 1);
      const lines = await costs.listLines(id, period, query.limit + 1);
      return {
        instance_id: id,
        total_usd: usd(now?.microUsd ?? 0),
        estimated_usd: usd(now?.estimatedMicroUsd ?? 0),
        dph_now: usd(now?.microUsdPerHour ?? 0),
        period_days: query.days,
        period_usd: usd(sum(await costs.listDays(filter, period))),
        rentals: rentals.slice(0, query.limit).map((rental) => ({
          id: rental.id,
          provider_instance_id: rental.providerMachineId,
          gpu_name: rental.gpuName,
          ordered_at: rental.orderedAt.toISOString(),
          gone_at: rental.goneAt?.toISOString() ?? null,
          charged_until: rental.chargedUntil?.toISOString() ?? null,
          cost_usd: usd(rental.microUsd),
          estimated_usd: usd(rental.estimatedMicroUsd),
        })),
        lines: lines.slice(0, query.limit).map((line) => ({
          rental_id: line.rentalId,
          date: dateOf(line.day),
          kind: line.kind,
          source: line.source,
          cost_usd: usd(line.microUsd),
        })),
        truncated: rentals.length > query.limit || lines.length > query.limit,
        generated_at: period.now.toISOString(),
      };
    },
  };
};
