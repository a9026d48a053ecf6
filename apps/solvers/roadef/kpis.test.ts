import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaFault } from '../testing/findings.ts';
import { kpis } from './kpis.ts';
import { change, instance, layover, mayRest, solution } from './tiny-plans.ts';

test('key figures are those of the plan', () => {
  const figures = kpis({ ...instance, drivers: change(instance.drivers, 0, { TimeCost: 0.5 }) }, solution);
  assert.equal(schemaFault(import.meta.dirname, 'kpis', figures), undefined);
  assert.deepEqual(figures['totals'], [
    {
      logistic_ratio: (140 + 0.5 * 170) / 7,
      cost: 225,
      delivered: 7,
      distance: 140,
      driving: 140,
      duration: 170,
      shifts: 1,
      deliveries: 2,
      layovers: 0,
    },
  ]);
  assert.deepEqual(figures['customers']?.[0], {
    id_customer: 2,
    deliveries: 1,
    delivered: 4,
    lowest_level: 3,
    lowest_hour: 12,
    safety_level: 2,
    final_level: 3,
  });
});

test('a layover costs what the driver says, and its minutes nothing', () => {
  const costly = { ...mayRest, drivers: change(mayRest.drivers, 0, { TimeCost: 0.5 }) };
  const [totals] = kpis(costly, layover)['totals'] as { cost: number; layovers: number }[];
  assert.deepEqual([totals?.layovers, totals?.cost], [1, 140 + 0.5 * 170 + 50]);
});
