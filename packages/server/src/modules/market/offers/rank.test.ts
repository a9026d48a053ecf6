import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { HostRecord } from '../market-api.ts';
import type { Offer } from '../providers/provider.ts';
import { decay, pickDistinctHosts, rank, ranking, scoreOf, unknownHost } from './rank.ts';

const offer = (
  more: Partial<Offer> & { accountId?: string } = {},
): Offer & { readonly accountId: string } => ({
  accountId: 'a',
  id: '1',
  hostMachineId: 'm1',
  hostId: 'h1',
  gpuName: 'RTX 4090',
  gpuCount: 1,
  gpuMemoryMb: 24_564,
  cpuName: null,
  cpuCores: 8,
  memoryMb: 64_000,
  diskGb: 200,
  diskMbps: null,
  downloadMbps: 1000,
  uploadMbps: 500,
  cudaVersion: 12.4,
  reliability: 0.99,
  verified: true,
  staticIp: false,
  directPorts: 4,
  geolocation: null,
  rental: 'on-demand',
  basePricePerHourMicroUsd: 400_000,
  storagePricePerGbMonthMicroUsd: 0,
  downloadPricePerGbMicroUsd: 0,
  uploadPricePerGbMicroUsd: 0,
  pricePerHourMicroUsd: 400_000,
  minBidPerHourMicroUsd: null,
  ...more,
});
const record = (usable: number, failed: number, readySeconds: number | null = null): HostRecord => ({
  ...unknownHost,
  attempts: usable + failed,
  usable,
  usableWeight: usable,
  failedWeight: failed,
  readySeconds,
});

it('the score is what its formula says', () => {
  // p = (3 + 2·0.8·0.99) / (3 + 1 + 2); setup = (30 s + 10 GB at 1000 Mbps = 80 s) / 3600
  const chance = (3 + 2 * 0.8 * 0.99) / 6;
  assert.equal(scoreOf(offer(), record(3, 1, 30)), chance / (0.4 * (1 + 110 / 3600)));
});

it('cheaper, faster linked, and proven hosts are better, each by itself', () => {
  const base = scoreOf(offer(), unknownHost);
  assert.ok(scoreOf(offer({ pricePerHourMicroUsd: 390_000 }), unknownHost) > base);
  assert.ok(scoreOf(offer({ downloadMbps: 2000 }), unknownHost) > base);
  assert.ok(scoreOf(offer(), record(5, 0, 40)) > base);
  assert.ok(scoreOf(offer(), record(0, 1)) < base);
  assert.ok(scoreOf(offer(), record(5, 0, 20)) > scoreOf(offer(), record(5, 0, 200)));
  assert.ok(scoreOf(offer({ reliability: null }), unknownHost) < base);
  for (const odd of [{ downloadMbps: 0 }, { pricePerHourMicroUsd: 0 }])
    assert.ok(Number.isFinite(scoreOf(offer(odd), unknownHost)));
});

it('an old failure counts less and less', () => {
  assert.equal(decay(0), 1);
  assert.equal(decay(ranking.halfLifeDays * 86_400_000), 0.5);
  assert.equal(decay(-1000), 1, 'a clock that went back makes nothing grow');
});

it('the order does not depend on how the offers came, and blacklisted hosts are not in it', () => {
  const offers = ['3', '1', '2', '4'].map((id) => offer({ id, hostMachineId: id }));
  const hostOf = ({ hostMachineId }: Offer): HostRecord =>
    hostMachineId === '4' ? { ...unknownHost, blacklisted: true, blacklistReason: 'x' } : unknownHost;
  const ids = (some: typeof offers): string[] => rank(some, hostOf).map(({ id }) => id);
  assert.deepEqual(ids(offers), ['1', '2', '3']);
  assert.deepEqual(ids(offers.toReversed()), ['1', '2', '3']);
});

it('D6: the hosts of a race are distinct: different offers, machines and owners, none that is tried already', () => {
  const offers = [
    offer({ id: '1', hostMachineId: 'm1', hostId: 'h1' }),
    offer({ id: '2', hostMachineId: 'm1', hostId: 'h1' }),
    offer({ id: '3', hostMachineId: 'm2', hostId: 'h1' }),
    offer({ id: '4', hostMachineId: 'm3', hostId: 'h3' }),
    offer({ id: '4', hostMachineId: 'm3', hostId: 'h3' }),
    offer({ id: '5', hostMachineId: 'm4', hostId: 'h4' }),
    offer({ id: '6', hostMachineId: 'm5', hostId: 'h5' }),
  ];
  const ids = (picked: readonly Offer[]): string[] => picked.map(({ id }) => id);
  assert.deepEqual(ids(pickDistinctHosts(offers, 3)), ['1', '4', '5']);
  assert.deepEqual(
    ids(pickDistinctHosts(offers, 5, [offer({ id: '9', hostMachineId: 'm9', hostId: 'h4' })])),
    ['1', '4', '6'],
  );
});
