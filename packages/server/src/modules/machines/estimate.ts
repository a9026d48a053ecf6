import type { estimateMigration as route } from '@dumont/contracts/machines/instance-actions';
import type { Needs } from '@dumont/contracts/machines/instances';
import type { RouteRequest, RouteResponse } from '@dumont/contracts/route';
import { ProviderError, type MarketApi } from '../market/index.ts';
import type { MachineRow } from './machine.ts';
import type { OperationStore } from './operation-store.ts';
import { queryOf } from './phases/searching.ts';
import type { RentalStore } from './rental-store.ts';

/** So many of the last operations are looked at, and so many are needed to say anything. */
const looked = 50;
const needed = 1;

const median = (values: readonly number[]): number | null =>
  values.length < needed ? null : (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null);

/** The parts of a migration as they were measured here; null while one of them was not. */
const minutesOf = (measured: readonly Readonly<Record<string, number>>[]): number | null => {
  const parts = [['snapshotting'], ['searching', 'creating', 'waiting'], ['setting_up'], ['restoring']].map(
    (phases) =>
      median(
        measured.flatMap((seconds) => {
          const known = phases.flatMap((phase) => seconds[phase] ?? []);
          return known.length < phases.length ? [] : known.reduce((sum, one) => sum + one, 0);
        }),
      ),
  );
  return parts.includes(null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) / 60;
};

/** What it would be moved to now, and how long that takes by what was measured here before. */
export const estimateMigration = async (
  deps: { market: MarketApi; operations: OperationStore; rentals: RentalStore },
  machine: MachineRow,
  wish: RouteRequest<typeof route>['body'],
  signal: AbortSignal,
): Promise<RouteResponse<typeof route>> => {
  const needs: Needs = {
    ...machine.needs,
    max_price: wish.max_price,
    gpu_name: wish.gpu_name ?? machine.needs.gpu_name,
    region: wish.region ?? machine.needs.region,
  };
  const rental = machine.rental_id === null ? undefined : await deps.rentals.find(machine.rental_id);
  let error: string | null = null;
  const offers = await deps.market
    .rankOffers(machine.project_id, queryOf(needs, wish.disk_size ?? machine.disk_gb), signal)
    .catch((reason: unknown) => {
      if (!(reason instanceof ProviderError)) throw reason;
      error = reason.message;
      return [];
    });
  const [best] = offers;
  return {
    available: best !== undefined && machine.state === 'running',
    error: error ?? (machine.state === 'running' ? null : `the machine is ${machine.state}`),
    source: {
      id: machine.id,
      type: 'gpu',
      gpu_name: rental?.offer.gpuName ?? null,
      cost_per_hour: (rental?.offer.pricePerHourMicroUsd ?? 0) / 1e6,
    },
    target:
      best === undefined
        ? null
        : {
            type: 'gpu',
            gpu_name: best.gpuName,
            cost_per_hour: best.pricePerHourMicroUsd / 1e6,
            offer_id: best.id,
          },
    estimated_time_minutes: minutesOf(await deps.operations.listSeconds(machine.project_id, looked)),
    offers_available: offers.length,
  };
};
