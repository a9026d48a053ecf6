import type { CostLine } from '@dumont/contracts/machines/cost';

export interface LedgerRow {
  readonly key: string;
  readonly date: string;
  readonly kind: CostLine['kind'];
  readonly source: CostLine['source'];
  readonly cost: number;
}

/** One line for a day, what was paid for, and who says so: the rentals of a day are added up. */
export const ledgerRows = (lines: readonly CostLine[]): readonly LedgerRow[] => {
  const rows = new Map<string, LedgerRow>();
  for (const { date, kind, source, cost_usd: cost } of lines) {
    const key = `${date} ${kind} ${source}`;
    rows.set(key, { key, date, kind, source, cost: (rows.get(key)?.cost ?? 0) + cost });
  }
  return [...rows.values()];
};
