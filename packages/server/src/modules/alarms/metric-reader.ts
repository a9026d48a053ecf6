import type { Condition } from '@dumont/contracts/alarms/alarms';
import type { Metric, MetricObjectWithValues, MetricValue, Registry } from 'prom-client';

type MetricCondition = Extract<Condition, { type: 'metric' }>;

/** `absent`: there is no such metric or sample; `first`: a rate needs a second reading. */
export type Reading =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'first' };

type Sample = MetricValue<string> & { readonly metricName?: string };

interface Previous {
  readonly atMs: number;
  readonly bySeries: ReadonlyMap<string, number>;
}

const suffix = /_(sum|count|bucket)$/;

/** The registered metric of a sample's name: `x_count` belongs to the histogram or summary `x`. */
const findMetric = (registry: Registry, name: string): Metric | undefined => {
  const exact = registry.getSingleMetric(name);
  const found = exact ?? registry.getSingleMetric(name.replace(suffix, ''));
  if (found === undefined) return undefined;
  const hasParts = typeOf(found) === 'histogram' || (typeOf(found) === 'summary' && exact === undefined);
  return hasParts === (exact === undefined) ? found : undefined;
};

const typeOf = (metric: Metric): string => metric.constructor.name.toLowerCase();

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
      const metric = registry.getSingleMetric(name);
      const isHistogram = metric !== undefined && typeOf(metric) === 'histogram';
      return isHistogram ? ['_count', '_sum'].map((part) => ({ name: name + part, help })) : [{ name, help }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Reads conditions from the metrics of this process, and remembers what rates need. Metrics are per process: a
 * rule over them speaks of the replica that evaluates, not of the sum over replicas.
 */
export const createMetricReader = (deps: { registry: Registry; elapsedMs: () => number }) => {
  const previous = new Map<string, Previous>();

  const readSamples = async (condition: MetricCondition): Promise<readonly Sample[] | undefined> => {
    const metric = findMetric(deps.registry, condition.metric);
    if (metric === undefined) return undefined;
    const { values } = (await metric.get()) as MetricObjectWithValues<Sample>;
    const samples = values.filter(
      (sample) =>
        (sample.metricName ?? condition.metric) === condition.metric &&
        Object.entries(condition.labels).every(
          ([label, value]) => String(sample.labels[label] ?? '') === value,
        ),
    );
    // A counter that has not counted yet has no sample, and is zero; a label that it does not have is a mistake.
    const known = Object.keys(condition.labels).every((label) => labelNamesOf(metric).includes(label));
    if (samples.length === 0 && typeOf(metric) === 'counter' && known) return [{ value: 0, labels: {} }];
    return samples;
  };

  const rates = (
    key: string,
    samples: readonly Sample[],
    isCounter: boolean,
  ): readonly number[] | undefined => {
    const now: Previous = {
      atMs: deps.elapsedMs(),
      bySeries: new Map(samples.map(({ labels, value }) => [seriesOf(labels), value])),
    };
    const before = previous.get(key);
    if (before !== undefined && now.atMs <= before.atMs) return undefined;
    previous.set(key, now);
    if (before === undefined) return undefined;
    const seconds = (now.atMs - before.atMs) / 1000;
    return [...now.bySeries].flatMap(([series, value]) => {
      // A series that appears in a counter counted from zero since the last look.
      const start = before.bySeries.get(series) ?? (isCounter ? 0 : undefined);
      return start === undefined ? [] : [(value - start) / seconds];
    });
  };

  return {
    /** `key` names the rule in its present form: another condition starts afresh. */
    read: async (key: string, condition: MetricCondition): Promise<Reading> => {
      const samples = await readSamples(condition);
      if (samples === undefined || samples.length === 0) {
        previous.delete(key);
        return { kind: 'absent' };
      }
      const metric = findMetric(deps.registry, condition.metric);
      const isCounter = metric !== undefined && typeOf(metric) !== 'gauge';
      const figures =
        condition.reading === 'value' ? samples.map(({ value }) => value) : rates(key, samples, isCounter);
      if (figures === undefined || figures.length === 0) return { kind: 'first' };
      const value = aggregates[condition.aggregate](figures);
      return Number.isFinite(value) ? { kind: 'value', value } : { kind: 'absent' };
    },
    /** Forgets rules that are not evaluated any more. */
    keepOnly: (keys: ReadonlySet<string>): void => {
      for (const key of previous.keys()) if (!keys.has(key)) previous.delete(key);
    },
  };
};

export type MetricReader = ReturnType<typeof createMetricReader>;

const seriesOf = (labels: Sample['labels']): string =>
  JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

const aggregates: Readonly<Record<MetricCondition['aggregate'], (figures: readonly number[]) => number>> = {
  sum,
  max: (figures) => Math.max(...figures),
  min: (figures) => Math.min(...figures),
  mean: (figures) => sum(figures) / figures.length,
};
