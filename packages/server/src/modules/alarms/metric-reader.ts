import type { Condition } from '@dumont/contracts/alarms/alarms';
import {
  Counter,
  Gauge,
  Histogram,
  Summary,
  type Metric,
  type MetricValue,
  type Registry,
} from 'prom-client';
import type { Metrics } from '../../kernel/metrics.ts';

export type MetricCondition = Extract<Condition, { type: 'metric' }>;

/**
 * `absent`: there is no such metric or sample; `first`: a rate needs a second reading. `labels` tell the sample that
 * decided, where it was one.
 */
export type Reading =
  | { readonly kind: 'value'; readonly value: number; readonly labels: Labels }
  | { readonly kind: 'absent' }
  | { readonly kind: 'first' };

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

/** The samples of one condition in one replica, at a time of its own steady clock. */
export interface ReplicaSamples {
  readonly replica: string;
  readonly atMs: number;
  readonly samples: readonly Sample[];
}

/** What rates need of a replica: its last reading, and the increases that it was found to be. */
interface Previous {
  readonly atMs: number;
  readonly bySeries: ReadonlyMap<string, number>;
  readonly rates: readonly Sample[] | undefined;
}

const suffix = /_(sum|count|bucket)$/;

/** The registered metric of a sample's name: `x_count` belongs to the histogram or summary `x`. */
const findMetric = (registry: Registry, name: string): Metric | undefined => {
  const exact = registry.getSingleMetric(name);
  const found = exact ?? registry.getSingleMetric(name.replace(suffix, ''));
  if (found === undefined) return undefined;
  const hasParts = found instanceof Histogram || (found instanceof Summary && exact === undefined);
  return hasParts === (exact === undefined) ? found : undefined;
};

const labelNamesOf = (metric: Metric): readonly string[] =>
  (metric as unknown as { labelNames: string[] }).labelNames;

/** True for names that a rule can be made of. */
export const isMetricKnown = (registry: Registry, name: string): boolean =>
  findMetric(registry, name) !== undefined;

/** Names that a rule can be made of, sorted. */
export const listMetrics = (registry: Registry): { name: string; help: string }[] =>
  registry
    .getMetricsAsArray()
    .flatMap(({ name, help }) => {
      const isHistogram = registry.getSingleMetric(name) instanceof Histogram;
      return isHistogram ? ['_count', '_sum'].map((part) => ({ name: name + part, help })) : [{ name, help }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** The samples of this process that a condition is about; undefined without such a metric. */
export const readSamples = async (
  registry: Registry,
  condition: MetricCondition,
): Promise<readonly Sample[] | undefined> => {
  const metric = findMetric(registry, condition.metric);
  if (metric === undefined) return undefined;
  const { values } = await metric.get();
  const samples = (values as (MetricValue<string> & { metricName?: string })[])
    .filter(
      (sample) =>
        (sample.metricName ?? condition.metric) === condition.metric &&
        Object.entries(condition.labels).every(
          ([label, value]) => String(sample.labels[label] ?? '') === value,
        ),
    )
    .map(({ labels, value }) => ({ labels: labels as Labels, value }));
  // A counter that has not counted yet has no sample, and is zero; a label that it does not have is a mistake.
  const known = Object.keys(condition.labels).every((label) => labelNamesOf(metric).includes(label));
  if (samples.length === 0 && metric instanceof Counter && known) return [{ value: 0, labels: {} }];
  return samples;
};

/**
 * Reads conditions from the metrics of this process and what the other replicas told of theirs, and remembers what
 * rates need.
 */
export const createMetricReader = (deps: { metrics: Metrics; replica: string; elapsedMs: () => number }) => {
  const { registry } = deps.metrics;
  const previous = new Map<string, Map<string, Previous>>();

  const rates = (
    known: Map<string, Previous>,
    { replica, atMs, samples }: ReplicaSamples,
    isCounter: boolean,
  ): readonly Sample[] => {
    const before = known.get(replica);
    // A replica that has told nothing since we looked last goes on as it did.
    if (before !== undefined && atMs <= before.atMs) return before.rates ?? [];
    const bySeries = new Map(samples.map(({ labels, value }) => [seriesOf(labels), value]));
    const seconds = before === undefined ? 0 : (atMs - before.atMs) / 1000;
    const found =
      before &&
      samples.flatMap(({ labels, value }) => {
        // A series that appears in a counter counted from zero since the last look.
        const start = before.bySeries.get(seriesOf(labels)) ?? (isCounter ? 0 : undefined);
        return start === undefined ? [] : [{ labels, value: (value - start) / seconds }];
      });
    known.set(replica, { atMs, bySeries, rates: found });
    return found ?? [];
  };

  return {
    /** `key` names the rule in its present form: another condition starts afresh. */
    read: async (
      key: string,
      condition: MetricCondition,
      others: readonly ReplicaSamples[],
    ): Promise<Reading> => {
      const own = { replica: deps.replica, atMs: deps.elapsedMs() };
      const all = [
        { ...own, samples: (await readSamples(registry, condition)) ?? [] },
        ...(deps.metrics.isOfInstallation(condition.metric) ? [] : others),
      ].filter(({ samples }) => samples.length > 0);
      if (all.length === 0) {
        previous.delete(key);
        return { kind: 'absent' };
      }
      const known = previous.get(key) ?? new Map<string, Previous>();
      previous.set(key, known);
      for (const replica of known.keys())
        if (!all.some((one) => one.replica === replica)) known.delete(replica);
      const isCounter = !(findMetric(registry, condition.metric) instanceof Gauge);
      const samples = all.flatMap((one) => {
        const read = condition.reading === 'value' ? one.samples : rates(known, one, isCounter);
        return all.length === 1 ? read : read.map((sample) => ofReplica(sample, one.replica));
      });
      if (samples.length === 0) return { kind: 'first' };
      return decide(condition.aggregate, samples);
    },
    /** Forgets rules that are not evaluated any more. */
    keepOnly: (keys: ReadonlySet<string>): void => {
      for (const key of previous.keys()) if (!keys.has(key)) previous.delete(key);
    },
  };
};

export type MetricReader = ReturnType<typeof createMetricReader>;

const ofReplica = ({ labels, value }: Sample, replica: string): Sample => ({
  labels: { ...labels, replica },
  value,
});

const seriesOf = (labels: Labels): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** One figure of several samples; those that are no number are unknown, and do not count. */
const decide = (aggregate: MetricCondition['aggregate'], samples: readonly Sample[]): Reading => {
  const [first, ...rest] = samples.filter(({ value }) => Number.isFinite(value));
  if (first === undefined) return { kind: 'absent' };
  if (aggregate === 'max' || aggregate === 'min') {
    const isBeyond = (a: number, b: number): boolean => (aggregate === 'max' ? a > b : a < b);
    const one = rest.reduce((far, sample) => (isBeyond(sample.value, far.value) ? sample : far), first);
    return { kind: 'value', value: one.value, labels: one.labels };
  }
  const sum = rest.reduce((total, { value }) => total + value, first.value);
  return { kind: 'value', value: aggregate === 'sum' ? sum : sum / (rest.length + 1), labels: {} };
};
