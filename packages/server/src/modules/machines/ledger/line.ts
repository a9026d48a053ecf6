/** What a rental costs for: its GPUs while it runs, its disk always, what it carries. */
export type LineKind = 'gpu' | 'storage' | 'download' | 'upload';

/** A stretch of time at a rate, as we saw it ourselves; it goes on where `toAt` is null. */
export interface Estimate {
  readonly id: string;
  readonly rentalId: string;
  readonly kind: LineKind;
  readonly fromAt: Date;
  readonly toAt: Date | null;
  readonly microUsdPerHour: number;
}

const hourMs = 3_600_000n;

/** Half up, by whole milliseconds: a month of an expensive machine is beyond what a double counts exactly. */
export const microUsdOf = (microUsdPerHour: number, fromAt: Date, toAt: Date): number => {
  const durationMs = BigInt(Math.max(0, toAt.getTime() - fromAt.getTime()));
  return Number((BigInt(microUsdPerHour) * durationMs + hourMs / 2n) / hourMs);
};

/** What is left of an estimate without the time between two moments; `until` null: without all that follows. */
export const withoutTime = (
  estimate: Estimate,
  from: Date,
  until: Date | null,
): readonly Omit<Estimate, 'id'>[] => {
  const { id: _, ...line } = estimate;
  const before = line.fromAt < from ? [{ ...line, toAt: from }] : [];
  const goesOn = until !== null && (line.toAt === null || line.toAt > until);
  return goesOn ? [...before, { ...line, fromAt: until }] : before;
};
