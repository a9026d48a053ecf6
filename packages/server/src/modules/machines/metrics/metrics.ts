import { operationKinds } from '@dumont/contracts/machines/operations';
import type { Clock } from '../../../kernel/clock.ts';
import type { Database } from '../../../kernel/db/database.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Metrics } from '../../../kernel/metrics.ts';
import type { MarketApi } from '../../market/index.ts';
import { createRentalStore } from '../rental-store.ts';
import { createMetricStore, type MachineFigures } from './metric-store.ts';
import { countUnowned } from './unowned.ts';

/** Several metrics of one page, and several rules of one round, are read from one look. */
const knownForMs = 2000;

const machineStates = ['new', 'running', 'paused', 'hibernated', 'lost'] as const;
const rentalStates = ['ordered', 'waiting', 'usable', 'releasing'] as const;

type Reading = MachineFigures & { readonly unowned: number };

/** What of machines is watched. Each label has the values that the schema knows, and no other. */
export const registerMachineMetrics = (deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly market: Pick<MarketApi, 'installationId' | 'findListing'>;
}): void => {
  const { clock, metrics } = deps;
  const store = createMetricStore(deps.db);
  const rentals = createRentalStore(deps.db);
  let known: { readonly atMs: number; readonly reading: Promise<Reading | undefined> } | undefined;

  const look = async (): Promise<Reading | undefined> => {
    try {
      const accountIds = await store.listAccountIds();
      const unowned = await Promise.all(accountIds.map((id) => countUnowned({ ...deps, rentals }, id)));
      return { ...(await store.read()), unowned: unowned.reduce((sum, one) => sum + one, 0) };
    } catch (error) {
      // A metric that throws would take all others of the page with it; unknown is no number.
      deps.log.warn({ error }, 'the figures of machines could not be read');
      return undefined;
    }
  };
  const read = (): Promise<Reading | undefined> => {
    const nowMs = clock.elapsedMs();
    if (known === undefined || nowMs - known.atMs > knownForMs) known = { atMs: nowMs, reading: look() };
    return known.reading;
  };

  const gauge = (name: string, help: string, valueOf: (reading: Reading) => number): void =>
    metrics.readGauge(name, help, async () => {
      const reading = await read();
      return reading === undefined ? Number.NaN : valueOf(reading);
    });
  const countsBy = (
    name: string,
    help: string,
    label: string,
    values: readonly string[],
    countsOf: (reading: Reading) => Readonly<Record<string, number>>,
  ): void =>
    metrics.readGauges(name, help, [label], async () => {
      const reading = await read();
      return values.map((value) => ({
        labels: { [label]: value },
        value: reading === undefined ? Number.NaN : (countsOf(reading)[value] ?? 0),
      }));
    });

  countsBy(
    'dumont_machines',
    'Machines that are not destroyed, by state at rest',
    'state',
    machineStates,
    ({ machines }) => machines,
  );
  countsBy(
    'dumont_machine_operations',
    'What is being done with machines, by kind',
    'kind',
    operationKinds,
    ({ operations }) => operations,
  );
  countsBy(
    'dumont_rentals',
    'Rentals that may cost money, by state',
    'state',
    rentalStates,
    ({ rentals: live }) => live,
  );
  gauge(
    'dumont_machine_operation_oldest_seconds',
    'Age of the oldest operation that is not finished; 0 without one',
    ({ oldestOperationAt: at }) =>
      at === null ? 0 : Math.max(0, clock.now().getTime() - at.getTime()) / 1000,
  );
  gauge(
    'dumont_machines_usd_per_hour',
    'What all rentals cost in an hour now, in dollars, as last listed',
    ({ microUsdPerHour }) => microUsdPerHour / 1e6,
  );
  gauge(
    'dumont_machines_unowned',
    'Machines that providers list with our label and that no rental of ours stands for',
    ({ unowned }) => unowned,
  );
};
