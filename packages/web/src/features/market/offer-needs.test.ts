import { expect, test } from 'vitest';
import { countNeeds, offerFilterFrom, resolveGpuName, validateOfferNeeds } from './offer-needs.ts';

test('an address keeps what the server takes, and answers every key', () => {
  const needs = validateOfferNeeds({
    gpu: 4090,
    gpus: 2,
    vram: '24',
    price: 0.5,
    disk: 4,
    region: 'MARS',
    verified: true,
    type: 'bid',
    reliability: 101,
  });
  expect(needs).toMatchObject({ gpu: '4090', gpus: 2, vram: 24, price: 0.5, verified: true, type: 'bid' });
  expect(needs.disk).toBeUndefined();
  expect(needs.region).toBeUndefined();
  expect(needs.reliability).toBeUndefined();
  expect(Object.keys(validateOfferNeeds({}))).toEqual(Object.keys(needs));
  expect(countNeeds(needs)).toBe(6);
  expect(countNeeds(validateOfferNeeds({ gpus: 1.5, staticIp: 'yes' }))).toBe(0);
});

test('a search names its disk and how it rents even where nothing is asked for', () => {
  expect(offerFilterFrom({}, undefined, 100)).toMatchObject({
    min_disk: 50,
    machine_type: 'on-demand',
    limit: 100,
  });
  expect(offerFilterFrom({ reliability: 95, verified: true }, 'p', 10)).toMatchObject({
    projectId: 'p',
    min_reliability: 0.95,
    verified_only: 'true',
  });
});

test('a GPU is found by a part of its name, where that is the only one', () => {
  const known = ['RTX 4090', 'RTX 4080', 'H100 SXM', 'H100 PCIE'];
  expect(resolveGpuName('rtx_4090', known)).toBe('RTX 4090');
  expect(resolveGpuName(' 4090 ', known)).toBe('RTX 4090');
  expect(resolveGpuName('H100', known)).toBe('H100');
  expect(resolveGpuName('B300', known)).toBe('B300');
});
