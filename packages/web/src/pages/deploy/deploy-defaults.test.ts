import { expect, test } from 'vitest';
import { validateDeploySearch } from './deploy-search.ts';
import { beginWith, draftWith } from './deploy-defaults.ts';

const needs = { gpu_name: 'RTX 4090', min_reliability: 0.95, region: null, machine_type: 'bid' as const };

test('an address without needs begins with those of the settings; one with any, or with an offer, does not', () => {
  const bare = beginWith(validateDeploySearch({}), { needs });
  expect(bare).toMatchObject({ gpu: 'RTX 4090', reliability: 95, region: undefined, type: 'bid' });
  const stated = validateDeploySearch({ vram: 24 });
  expect(beginWith(stated, { needs })).toBe(stated);
  const chosen = validateDeploySearch({ offer: '17' });
  expect(beginWith(chosen, { needs })).toBe(chosen);
});

test('the form is filled with the settings, and with the house’s where they say nothing', () => {
  expect(draftWith({}, 100)).toMatchObject({ diskGb: 100, ports: '8080', sleeps: true, windowMinutes: 3 });
  const own = { image: 'ubuntu:22.04', ports: [22, 80], idle_policy: { enabled: false, window_seconds: 90 } };
  expect(draftWith(own, 30)).toMatchObject({
    image: 'ubuntu:22.04',
    diskGb: 30,
    ports: '22, 80',
    sleeps: false,
    windowMinutes: 1.5,
  });
});
