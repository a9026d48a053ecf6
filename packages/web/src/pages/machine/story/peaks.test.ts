import type { IdleSample } from '@dumont/contracts/machines/operations';
import { expect, test } from 'vitest';
import { lastInputSeconds, peaksOf } from './peaks.ts';

const sample = (changes: Partial<IdleSample>): IdleSample => ({
  at: '2026-11-01T00:00:00.000Z',
  gpu_percent: null,
  cpu_percent: null,
  disk_mbps: null,
  network_mbps: null,
  input_seconds_ago: null,
  ...changes,
});

test('the highest of each figure is what speaks against sleep; an unknown one says nothing', () => {
  const samples = [
    sample({ gpu_percent: 0, cpu_percent: 3.5, input_seconds_ago: 200 }),
    sample({ gpu_percent: 2, cpu_percent: null, input_seconds_ago: 230 }),
  ];
  expect(peaksOf(samples)).toEqual({
    gpu_percent: 2,
    cpu_percent: 3.5,
    disk_mbps: null,
    network_mbps: null,
  });
  expect(lastInputSeconds(samples)).toBe(230);
  expect(lastInputSeconds([])).toBeNull();
});
