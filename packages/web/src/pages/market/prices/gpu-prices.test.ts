import type { PriceSummary } from '@dumont/contracts/market/prices';
import type { MarketWatch } from '@dumont/contracts/market/watches';
import { expect, test } from 'vitest';
import { joinPrices } from './gpu-prices.ts';

const watch = (gpuName: string): MarketWatch => ({
  id: gpuName,
  projectId: 'p',
  gpuName,
  alertBelowUsd: null,
  lastSampledAt: null,
  createdAt: '2026-11-01T00:00:00.000Z',
});
const price = (gpu_name: string): PriceSummary => ({
  gpu_name,
  machine_type: 'on-demand',
  status: 'ok',
  samples: 9,
  samples_needed: 6,
  last_update: '2026-11-01T00:00:00.000Z',
  current_price: 0.4,
  min_price: 0.3,
  total_offers: 3,
  available_gpus: 5,
  gpu_memory_mb: 24_576,
  average_price: 0.4,
  change_percent: 0,
  trend: 'stable',
});

test('every watched type is there, sampled or not, before those that only searches have seen', () => {
  const rows = joinPrices([watch('RTX 5090'), watch('L40S')], [price('A100'), price('RTX 5090')]);
  expect(rows.map(({ gpuName, watch: watched, price: known }) => [gpuName, !!watched, !!known])).toEqual([
    ['L40S', true, false],
    ['RTX 5090', true, true],
    ['A100', false, true],
  ]);
});
