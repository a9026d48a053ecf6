/** As the provider's charges name them: `bwd` is downloaded, `bwu` uploaded. */
export type ChargeKind = 'gpu' | 'disk' | 'bwd' | 'bwu';

/** Fixed when they begin to count. Micro-dollars. */
export interface Rates {
  readonly gpuMicrosPerHour: number;
  readonly diskMicrosPerHour: number;
  readonly downMicrosPerGb: number;
  readonly upMicrosPerGb: number;
}

/** One line of the bill: never longer than a UTC day. */
export interface Charge {
  readonly kind: ChargeKind;
  readonly fromMs: number;
  readonly toMs: number;
  /** Per hour; for traffic per GB. */
  readonly rateMicros: number;
  /** For traffic. */
  readonly bytes?: number;
  readonly micros: number;
}

export interface Bill {
  /** Closed lines, in the order in which they closed. */
  readonly charges: Charge[];
  openGpu: { readonly fromMs: number; readonly rateMicros: number } | null;
  openDisk: { readonly fromMs: number; readonly rateMicros: number } | null;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000n;
const bytesOfGb = 1_000_000_000n;

/** Half up. In 64 bits and more: a month of an expensive machine is beyond what a double counts exactly. */
const divide = (amount: bigint, by: bigint): number => Number((amount + by / 2n) / by);

export const microsOfTime = (rateMicros: number, durationMs: number): number =>
  divide(BigInt(rateMicros) * BigInt(durationMs), hourMs);

const microsOfTraffic = (rateMicros: number, bytes: number): number =>
  divide(BigInt(rateMicros) * BigInt(bytes), bytesOfGb);

/** Storage is priced by the GB and month of 30 days. */
export const diskMicrosPerHour = (diskGb: number, microsPerGbMonth: number): number =>
  Math.round((diskGb * microsPerGbMonth) / (30 * 24));

const chargesOf = (
  kind: 'gpu' | 'disk',
  open: { readonly fromMs: number; readonly rateMicros: number },
  untilMs: number,
): Charge[] => {
  const charges: Charge[] = [];
  for (let fromMs = open.fromMs; fromMs < untilMs;) {
    const toMs = Math.min(untilMs, (Math.floor(fromMs / dayMs) + 1) * dayMs);
    const micros = microsOfTime(open.rateMicros, toMs - fromMs);
    charges.push({ kind, fromMs, toMs, rateMicros: open.rateMicros, micros });
    fromMs = toMs;
  }
  return charges;
};

export const openBill = (rates: Rates, atMs: number): Bill => ({
  charges: [],
  openGpu: null,
  openDisk: { fromMs: atMs, rateMicros: rates.diskMicrosPerHour },
});

export const startGpu = (bill: Bill, rates: Rates, atMs: number): void => {
  bill.openGpu ??= { fromMs: atMs, rateMicros: rates.gpuMicrosPerHour };
};

export const stopGpu = (bill: Bill, atMs: number): void => {
  if (bill.openGpu !== null) bill.charges.push(...chargesOf('gpu', bill.openGpu, atMs));
  bill.openGpu = null;
};

export const closeBill = (bill: Bill, atMs: number): void => {
  stopGpu(bill, atMs);
  if (bill.openDisk !== null) bill.charges.push(...chargesOf('disk', bill.openDisk, atMs));
  bill.openDisk = null;
};

/** From now on these rates count; what was before is billed at the old ones. */
export const changeRates = (bill: Bill, rates: Rates, atMs: number): void => {
  const hadGpu = bill.openGpu !== null;
  const hadDisk = bill.openDisk !== null;
  closeBill(bill, atMs);
  if (hadGpu) startGpu(bill, rates, atMs);
  if (hadDisk) bill.openDisk = { fromMs: atMs, rateMicros: rates.diskMicrosPerHour };
};

export const addTraffic = (
  bill: Bill,
  rates: Rates,
  traffic: { readonly downBytes: number; readonly upBytes: number },
  atMs: number,
): void => {
  const add = (kind: 'bwd' | 'bwu', rateMicros: number, bytes: number): void => {
    if (bytes === 0) return;
    const micros = microsOfTraffic(rateMicros, bytes);
    bill.charges.push({ kind, fromMs: atMs, toMs: atMs, rateMicros, bytes, micros });
  };
  add('bwd', rates.downMicrosPerGb, traffic.downBytes);
  add('bwu', rates.upMicrosPerGb, traffic.upBytes);
};

/** Every line until a moment, those that still grow included. */
export const chargesUntil = (bill: Bill, atMs: number): readonly Charge[] => [
  ...bill.charges,
  ...(bill.openGpu === null ? [] : chargesOf('gpu', bill.openGpu, atMs)),
  ...(bill.openDisk === null ? [] : chargesOf('disk', bill.openDisk, atMs)),
];

export const totalMicros = (bill: Bill, atMs: number): number =>
  chargesUntil(bill, atMs).reduce((sum, { micros }) => sum + micros, 0);
