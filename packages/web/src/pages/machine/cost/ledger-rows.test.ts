import type { CostLine } from '@dumont/contracts/machines/cost';
import { expect, test } from 'vitest';
import { ledgerRows } from './ledger-rows.ts';

const line = (changes: Partial<CostLine>): CostLine => ({
  rental_id: 'a',
  date: '2026-11-02',
  kind: 'gpu',
  source: 'charge',
  cost_usd: 1,
  ...changes,
});

test('rentals of a day are one line, charges and estimates never', () => {
  const rows = ledgerRows([
    line({}),
    line({ rental_id: 'b', cost_usd: 0.5 }),
    line({ source: 'estimate', cost_usd: 0.25 }),
    line({ date: '2026-11-01', kind: 'storage' }),
  ]);
  expect(rows.map(({ key, cost }) => [key, cost])).toEqual([
    ['2026-11-02 gpu charge', 1.5],
    ['2026-11-02 gpu estimate', 0.25],
    ['2026-11-01 storage charge', 1],
  ]);
});
