import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import {
  anyOffer,
  createBed,
  createSimulator,
  holder,
  sendInto,
  unending,
  type Bed,
  type Replica,
} from '../market-test-kit.ts';
import { predictionSamples, summarySamples } from './reports.ts';
import { percentile, sampleOffers } from './sample.ts';

let bed: Bed;
let replica: Replica;
const requests: number[] = [];
const refused: number[] = [];
before(async () => {
  bed = await createBed((clock) => {
    const honest = sendInto(createSimulator(clock, { hasLimits: true }).vast);
    return async (request, signal) => {
      const answer = await honest(request, signal);
      if (request.call === 'search') requests.push(clock.elapsedMs());
      if (answer.status === 429) refused.push(clock.elapsedMs());
      return answer;
    };
  });
  replica = await bed.startReplica({ watchedGpus: ['L40S'] });
});
after(async () => {
  await replica[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});
const operator = () => holder(bed.projects.home, ['market:read', 'market:write']);

it('a percentile is a price that somebody asks', () => {
  const prices = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  assert.deepEqual(
    [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1].map((share) => percentile(prices, share)),
    [1, 1, 3, 5, 8, 9, 10],
  );
  assert.equal(percentile([7], 0.5), 7);
});

it('a search that asks for more than the type, or is cut off, does not speak for the market', async () => {
  const whole = { ...anyOffer, verifiedOnly: true, diskGb: 8, limit: 5000 };
  const provider = await replica.market.api.open(await bed.accountId());
  const offers = await bed.passing(provider.searchOffers(whole, unending));
  assert.ok(sampleOffers(whole, offers).every(({ isWhole }) => isWhole));
  for (const part of [
    { ...whole, region: 'US' as const },
    { ...whole, maxPricePerHourMicroUsd: 1_000_000 },
    { ...whole, verifiedOnly: false },
    { ...whole, diskGb: 500 },
    { ...whole, limit: offers.length },
  ])
    assert.ok(sampleOffers(part, offers).every(({ isWhole }) => !isWhole));
});

it('D14: what is not known is said not to be, and nothing is made up', async () => {
  const prediction = await replica.call(operator(), 'predictPrices', {
    params: { gpu: 'RTX_4090' },
    query: {},
  });
  assert.equal(prediction.status, 'insufficient_data');
  assert.equal(prediction.gpu_name, 'RTX 4090');
  assert.deepEqual(
    [prediction.current_price, prediction.predicted_lowest_price, prediction.best_time_to_rent],
    [null, null, null],
  );
  assert.deepEqual(prediction.predictions_24h, []);
  assert.deepEqual((await replica.call(operator(), 'summarisePrices', { query: {} })).items, []);
  const compared = await replica.call(operator(), 'comparePrices', { query: { gpus: 'RTX_4090, H100 SXM' } });
  assert.deepEqual([compared.cheapest, compared.missing], [null, ['RTX 4090', 'H100 SXM']]);
});

it('watched types are sampled again and again, within the provider’s limit, behind everybody else', async () => {
  for (const gpuName of ['RTX 4090', 'RTX_3090', 'H100 SXM'])
    await replica.call(operator(), 'createWatch', { body: { gpuName } });
  await bed.passing(bed.clock.sleep(40 * 60_000));
  const { items } = await replica.call(operator(), 'listWatches', { query: {} });
  assert.deepEqual(
    items.map(({ gpuName }) => gpuName),
    ['H100 SXM', 'L40S', 'RTX 3090', 'RTX 4090'],
  );
  assert.ok(items.every(({ lastSampledAt }) => lastSampledAt !== null));
  assert.deepEqual(refused, []);
  const history = await replica.call(operator(), 'listPrices', {
    query: { gpu_name: 'RTX_4090', machine_type: 'on-demand' },
  });
  assert.ok(history.count >= 7 && history.count <= 9, `${history.count} samples in 40 minutes`);
  const [newest, before] = history.snapshots;
  assert.ok(newest && before && newest.timestamp > before.timestamp);
  assert.ok(newest.min_price > 0 && newest.min_price <= newest.median_price);
  assert.ok(newest.median_price <= newest.p90_price && newest.available_gpus >= newest.total_offers);
  assert.ok(Object.values(newest.regions).reduce((sum, count) => sum + count, 0) === newest.total_offers);
  const hosts = await replica.call(operator(), 'listMarketHosts', { query: { gpu_name: 'RTX 4090' } });
  assert.ok(hosts.count > 0 && hosts.items.every(({ gpu_name }) => gpu_name === 'RTX 4090'));
});

it('summaries speak once there are enough samples, of what the samples say', async () => {
  const { items } = await replica.call(operator(), 'summarisePrices', {
    query: { machine_type: 'on-demand' },
  });
  const summary = items.find(({ gpu_name }) => gpu_name === 'RTX 4090');
  assert.ok(summary && summary.samples >= summarySamples);
  assert.equal(summary.status, 'ok');
  const { snapshots } = await replica.call(operator(), 'listPrices', {
    query: { gpu_name: 'RTX 4090', machine_type: 'on-demand' },
  });
  assert.equal(summary.current_price, snapshots[0]?.median_price);
  const mean = snapshots.reduce((sum, { median_price }) => sum + median_price, 0) / snapshots.length;
  assert.ok(Math.abs((summary.average_price ?? 0) - mean) < 0.000_002);
  const few = await replica.call(operator(), 'summarisePrices', { query: { hours: 1 } });
  assert.ok(few.items.length > 0);
  const compared = await replica.call(operator(), 'comparePrices', {
    query: { gpus: 'RTX 4090,H100 SXM,No Such GPU', machine_type: 'on-demand' },
  });
  assert.equal(compared.cheapest, 'RTX 4090');
  assert.deepEqual(compared.missing, ['No Such GPU']);
  const { types } = await replica.call(operator(), 'listMarketTypes', {});
  assert.deepEqual(
    types.map(({ name, gpus }) => [name, gpus > 0]),
    [
      ['on-demand', true],
      ['bid', true],
    ],
  );
  const efficient = await replica.call(operator(), 'rankEfficiency', { query: {} });
  assert.ok(
    efficient.items.every(
      (item, index, all) => item.price_per_gb_hour >= (all[index - 1]?.price_per_gb_hour ?? 0),
    ),
  );
});

it('a prediction is the median of past days at the same hour', async () => {
  const now = bed.clock.now();
  const rows = Array.from({ length: predictionSamples }, (_, index) => {
    const at = new Date(now.getTime() - (index + 1) * 3_600_000);
    const price = 1_000_000 + at.getUTCHours() * 10_000;
    return {
      marketplace: 'm',
      gpu_name: 'PREDICTED',
      rental: 'on-demand' as const,
      at,
      is_whole: true,
      offers: 10,
      gpus: 20,
      gpu_memory_mb: 24_000,
      min_micro_usd: price,
      p10_micro_usd: price,
      p25_micro_usd: price,
      p50_micro_usd: price,
      p75_micro_usd: price,
      p90_micro_usd: price,
      regions: '{}',
    };
  });
  const ask = () => replica.call(operator(), 'predictPrices', { params: { gpu: 'PREDICTED' }, query: {} });
  await bed.database.db.insertInto('market_samples').values(rows.slice(1)).execute();
  assert.equal((await ask()).status, 'insufficient_data', 'one sample is missing');
  await bed.database.db.insertInto('market_samples').values(rows.slice(0, 1)).execute();
  const prediction = await ask();
  assert.equal(prediction.status, 'ok');
  assert.equal(prediction.predictions_24h.length, 24);
  for (const hour of prediction.predictions_24h) {
    assert.equal(hour.predicted_price, (100 + hour.hour_utc) / 100);
    assert.equal(new Date(hour.time).getUTCHours(), hour.hour_utc);
    assert.ok(hour.time > now.toISOString());
  }
  assert.equal(prediction.predicted_lowest_price, 1);
  assert.equal(new Date(prediction.best_time_to_rent ?? '').getUTCHours(), 0);
});

it('a price under the alert is an event of the project, with each sample; one above it is none', async () => {
  const countEvents = async (): Promise<string[]> =>
    (await replica.events.readAfter(0, 10_000))
      .filter(({ name, projectId }) => name === 'market.price_below' && projectId === bed.projects.home)
      .map(({ subject }) => subject);
  const { items } = await replica.call(operator(), 'listWatches', { query: {} });
  const idOf = (name: string): string => items.find(({ gpuName }) => gpuName === name)?.id ?? '';
  const set = (name: string, alertBelowUsd: number | null) =>
    replica.call(operator(), 'updateWatch', { params: { id: idOf(name) }, body: { alertBelowUsd } });
  await set('RTX 4090', 500);
  await set('RTX 3090', 0.000_001);
  await bed.passing(bed.clock.sleep(11 * 60_000));
  const told = await countEvents();
  assert.ok(told.length >= 2 && told.every((subject) => subject === 'RTX 4090'), told.join(', '));
  await set('RTX 4090', null);
  await replica.call(operator(), 'deleteWatch', { params: { id: idOf('RTX 3090') } });
  const before = (await countEvents()).length;
  await bed.passing(bed.clock.sleep(11 * 60_000));
  assert.equal((await countEvents()).length, before);
});
