import type { PriceSnapshot, PriceSummary } from '@dumont/contracts/market/prices';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { Rental } from '../providers/provider.ts';
import type { SampleRow, SampleStore } from './sample-store.ts';

/** Fewer samples than these say nothing of a mean or a movement. */
export const summarySamples = 6;
/** A prediction needs so many samples, on so many different days for each hour that it speaks of. */
export const predictionSamples = 72;
const predictionDays = 3;
/** A change below this share is none. */
const stableShare = 0.02;

const hourMs = 3_600_000;

export const usd = (micro: number): number => Math.round(micro) / 1_000_000;

export const snapshotOf = (row: SampleRow): PriceSnapshot => ({
  gpu_name: row.gpuName,
  machine_type: row.rental,
  timestamp: row.at.toISOString(),
  total_offers: row.offers,
  available_gpus: row.gpus,
  min_price: usd(row.min),
  p10_price: usd(row.p10),
  p25_price: usd(row.p25),
  median_price: usd(row.p50),
  p75_price: usd(row.p75),
  p90_price: usd(row.p90),
  regions: { ...row.regions },
});

type Latest = Awaited<ReturnType<SampleStore['listLatest']>>[number];

/** The newest sample, and what the samples before it say of its movement: from the first to the last median. */
export const summaryOf = (row: Latest): PriceSummary => {
  const isEnough = row.samples >= summarySamples;
  const change = row.firstMedian === 0 ? 0 : row.p50 / row.firstMedian - 1;
  return {
    gpu_name: row.gpuName,
    machine_type: row.rental,
    status: isEnough ? 'ok' : 'insufficient_data',
    samples: row.samples,
    samples_needed: summarySamples,
    last_update: row.at.toISOString(),
    current_price: usd(row.p50),
    min_price: usd(row.min),
    total_offers: row.offers,
    available_gpus: row.gpus,
    gpu_memory_mb: row.gpuMemoryMb,
    average_price: isEnough ? usd(row.meanMedian) : null,
    change_percent: isEnough ? Math.round(change * 10_000) / 100 : null,
    trend: isEnough ? (Math.abs(change) < stableShare ? 'stable' : change > 0 ? 'up' : 'down') : null,
  };
};

type ByHour = Awaited<ReturnType<SampleStore['listByHour']>>[number];
type Prediction = RouteResponse<Routes['predictPrices']>;

/** The next 24 hours by the median of past days at the same hour in UTC: hours without enough days are left out. */
export const predict = (
  asked: { readonly gpuName: string; readonly rental: Rental; readonly now: Date },
  byHour: readonly ByHour[],
  current: number | null,
): Prediction => {
  const samples = byHour.reduce((sum, hour) => sum + hour.samples, 0);
  const telling = new Map(
    byHour.filter(({ days }) => days >= predictionDays).map((hour) => [hour.hour, hour]),
  );
  const isEnough = samples >= predictionSamples && telling.size > 0;
  const firstMs = Math.floor(asked.now.getTime() / hourMs) * hourMs + hourMs;
  const hours = isEnough ? Array.from({ length: 24 }, (_, index) => new Date(firstMs + index * hourMs)) : [];
  const predictions = hours.flatMap((time) => {
    const hour = telling.get(time.getUTCHours());
    if (hour === undefined) return [];
    return {
      time: time.toISOString(),
      hour_utc: hour.hour,
      predicted_price: usd(hour.p50),
      low: usd(hour.p25),
      high: usd(hour.p75),
      samples: hour.samples,
      days: hour.days,
      predicted_availability: Math.round(hour.offers * 10) / 10,
    };
  });
  const best = predictions.toSorted((a, b) => a.predicted_price - b.predicted_price)[0];
  return {
    gpu_name: asked.gpuName,
    machine_type: asked.rental,
    status: isEnough ? 'ok' : 'insufficient_data',
    samples,
    samples_needed: predictionSamples,
    current_price: current === null ? null : usd(current),
    best_time_to_rent: best?.time ?? null,
    predicted_lowest_price: best?.predicted_price ?? null,
    predictions_24h: predictions,
  };
};
