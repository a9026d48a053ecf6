import type { LineKind } from './line.ts';

/** One of the provider's days: from midnight to midnight in UTC. */
export interface Day {
  readonly from: Date;
  readonly until: Date;
}

export const dayMs = 86_400_000;
export const dayOf = (at: Date): Day => {
  const from = Math.floor(at.getTime() / dayMs) * dayMs;
  return { from: new Date(from), until: new Date(from + dayMs) };
};

/** A rental as charges are taken over for it. */
export interface ChargedRental {
  readonly rentalId: string;
  readonly machineId: string;
  readonly projectId: string;
  readonly providerMachineId: string;
  readonly orderedAt: Date;
  readonly goneAt: Date | null;
  readonly chargedUntil: Date | null;
}

export interface ChargeLine {
  readonly kind: LineKind;
  readonly fromAt: Date;
  readonly toAt: Date;
  readonly amountMicroUsd: number;
}

interface WireCharge {
  readonly machineId: string;
  readonly kind: LineKind;
  readonly from: Date;
  readonly to: Date;
  readonly amountMicroUsd: number;
}

/** What is to be done to the lines of one rental; undefined parts stay as they are. */
export interface ChargePlan {
  readonly rental: ChargedRental;
  /** In place of all charges of the day. */
  readonly charges?: readonly ChargeLine[];
  /** Estimates of this time give way; `until` null: and all that follow. */
  readonly without?: { readonly from: Date; readonly until: Date | null };
  readonly chargedUntil?: Date;
}

/** The provider's clock and ours differ, and its bill is written after the fact. */
const settleMs = 5 * 60_000;
/** So long after the end of a day its charges may still change: until then they are asked for again. */
const changingMs = dayMs;

/** When charges of a rental are next worth asking for, after it is gone. */
export const chargedSoonMs = settleMs;

/** The first day on which a rental may be charged for: its clock may be behind ours. */
export const firstDayOf = (rental: Pick<ChargedRental, 'orderedAt' | 'chargedUntil'>): Day =>
  dayOf(rental.chargedUntil ?? new Date(rental.orderedAt.getTime() - settleMs));

const keyOf = ({ kind, fromAt, toAt, amountMicroUsd }: ChargeLine): string =>
  [kind, fromAt.getTime(), toAt.getTime(), amountMicroUsd].join();

const isSame = (some: readonly ChargeLine[], others: readonly ChargeLine[]): boolean =>
  some.map(keyOf).toSorted().join(' ') === others.map(keyOf).toSorted().join(' ');

const planRental = (
  rental: ChargedRental,
  stored: readonly ChargeLine[],
  charges: readonly ChargeLine[],
  day: Day,
  askedAt: Date,
): ChargePlan | undefined => {
  const endsAt = rental.goneAt !== null && rental.goneAt < day.until ? rental.goneAt : day.until;
  const sinceMs = askedAt.getTime() - endsAt.getTime();
  const isOver = sinceMs >= settleMs;
  // The time of a day that goes on is ours to estimate, to the minute; what was carried only the provider knows.
  const wanted = charges.filter(({ kind }) => isOver || kind === 'download' || kind === 'upload');
  const isKnown = isSame(stored, wanted);
  const isFinal = isOver && isKnown && sinceMs >= changingMs;
  const isNext = firstDayOf(rental).from.getTime() === day.from.getTime();
  const givesWay = isOver && (wanted.length > 0 || isFinal);
  if (isKnown && !givesWay) return undefined;
  return {
    rental,
    ...(isKnown ? {} : { charges: wanted }),
    ...(givesWay ? { without: { from: day.from, until: endsAt < day.until ? null : day.until } } : {}),
    ...(isFinal && isNext ? { chargedUntil: day.until } : {}),
  };
};

/**
 * How the ledger must change by what the provider charged for a day. A charge belongs to the day in which it begins,
 * and to the rental whose machine it names; of machines that are not ours nothing is taken.
 */
export const planCharges = (asked: {
  readonly day: Day;
  readonly askedAt: Date;
  readonly rentals: readonly ChargedRental[];
  readonly stored: readonly (ChargeLine & { readonly rentalId: string })[];
  readonly charges: readonly WireCharge[];
}): readonly ChargePlan[] => {
  const { day, askedAt } = asked;
  const charges = Map.groupBy(
    asked.charges.filter(({ from }) => from >= day.from && from < day.until),
    ({ machineId }) => machineId,
  );
  const stored = Map.groupBy(asked.stored, ({ rentalId }) => rentalId);
  return asked.rentals.flatMap((rental) => {
    const own = (charges.get(rental.providerMachineId) ?? []).map(
      ({ kind, from, to, amountMicroUsd }): ChargeLine => ({ kind, fromAt: from, toAt: to, amountMicroUsd }),
    );
    const plan = planRental(rental, stored.get(rental.rentalId) ?? [], own, day, askedAt);
    return plan === undefined ? [] : [plan];
  });
};
