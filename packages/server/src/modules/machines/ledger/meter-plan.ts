import type { ProviderMachine } from '../../market/index.ts';
import type { LineKind } from './line.ts';

/** A rental that may cost something, with what is being counted of it. */
export interface MeteredRental {
  readonly rentalId: string;
  readonly machineId: string;
  readonly projectId: string;
  readonly providerMachineId: string;
  readonly orderedAt: Date;
  readonly goneAt: Date | null;
  /** Up to where its disk is in the ledger. */
  readonly storedUntil: Date | null;
  readonly gpu: OpenLine | null;
  readonly storage: OpenLine | null;
}

export interface OpenLine {
  readonly id: string;
  readonly fromAt: Date;
  readonly microUsdPerHour: number;
}

export interface MeterPlan {
  readonly close: readonly (OpenLine & { readonly at: Date })[];
  readonly open: readonly {
    readonly rental: MeteredRental;
    readonly kind: LineKind;
    readonly fromAt: Date;
    readonly microUsdPerHour: number;
  }[];
}

/** Of an hour, by what the provider says of the machine. Undefined: it does not say, and what is counted goes on. */
const gpuRateOf = (machine: ProviderMachine, open: OpenLine | null): number | undefined => {
  const rate = Math.max(0, machine.pricePerHourMicroUsd - machine.storagePricePerHourMicroUsd);
  switch (machine.state) {
    case 'running':
      return rate;
    case 'loading':
      // A reboot shows as loading, and is billed as before; until it first ran nothing is.
      return open === null ? 0 : rate;
    case 'unknown':
      return undefined;
    default:
      return 0;
  }
};

/** Its disk is billed from its creation on, which was before we first saw it. */
const storageFrom = (rental: MeteredRental, machine: ProviderMachine, takenAt: Date): Date => {
  const known = [rental.orderedAt, machine.startedAt, rental.storedUntil].filter((at) => at !== null);
  return new Date(Math.min(takenAt.getTime(), Math.max(...known.map((at) => at.getTime()))));
};

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

/** How what is counted of one rental must change, by a complete listing: most often not at all. */
const planRental = (
  rental: MeteredRental,
  machine: ProviderMachine | undefined,
  takenAt: Date,
): MeterPlan => {
  const close: (OpenLine & { at: Date })[] = [];
  const open: MeterPlan['open'][number][] = [];
  const count = (kind: 'gpu' | 'storage', rate: number, fromAt: Date, endAt = takenAt): void => {
    const before = rental[kind];
    if ((before?.microUsdPerHour ?? 0) === rate) return;
    if (before !== null) close.push({ ...before, at: endAt });
    if (rate > 0) open.push({ rental, kind, microUsdPerHour: rate, fromAt });
  };
  if (machine === undefined || rental.goneAt !== null) {
    const endAt = rental.goneAt === null ? takenAt : earlier(rental.goneAt, takenAt);
    for (const kind of ['gpu', 'storage'] as const) count(kind, 0, takenAt, endAt);
    return { close, open };
  }
  const gpuRate = gpuRateOf(machine, rental.gpu);
  if (gpuRate !== undefined) count('gpu', gpuRate, takenAt);
  const hadStorage = rental.storage !== null;
  count(
    'storage',
    machine.storagePricePerHourMicroUsd,
    hadStorage ? takenAt : storageFrom(rental, machine, takenAt),
  );
  return { close, open };
};

export const planMeter = (
  rentals: readonly MeteredRental[],
  listing: { readonly machines: readonly ProviderMachine[]; readonly takenAt: Date },
): MeterPlan => {
  const machines = new Map(listing.machines.map((machine) => [machine.id, machine]));
  const plans = rentals.map((rental) =>
    planRental(rental, machines.get(rental.providerMachineId), listing.takenAt),
  );
  return { close: plans.flatMap(({ close }) => close), open: plans.flatMap(({ open }) => open) };
};
