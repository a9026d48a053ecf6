import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Series<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  readonly value: number;
}

export interface Distribution<L extends string> {
  readonly labels: Readonly<Record<L, string>>;
  /** How many values each bucket holds; one more than there are bounds holds those beyond. */
  readonly buckets: readonly number[];
  readonly sum: number;
}

/** Metrics of one server; several servers in one process (tests) do not share theirs. */
export interface Metrics {
  readonly registry: Registry;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  gauge<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    collect?: () => number,
  ): Gauge<L>;
  /** Gauges or counters of this process that are looked up whenever they are read: series left out are gone. */
  series<L extends string>(
    kind: 'gauge' | 'counter',
    name: string,
    help: string,
    labels: readonly L[],
    collect: () => readonly Series<L>[],
  ): void;
  /** A histogram that is added up elsewhere, for what happens so often that prom-client would be felt. */
  distributions<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    bounds: readonly number[],
    collect: () => readonly Distribution<L>[],
  ): void;
  /**
   * A gauge of the whole installation, looked up in the database whenever it is read: every replica answers the same,
   * so that nobody may add them up. `collect` must not throw.
   */
  readGauge(name: string, help: string, collect: () => Promise<number>): void;
  /** The same with labels: series that are left out are gone. */
  readGauges<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    collect: () => Promise<readonly Series<L>[]>,
  ): void;
  /** True for what `readGauge` and `readGauges` made. */
  isOfInstallation(name: string): boolean;
}

export const createMetrics = (options: { processMetrics: boolean }): Metrics => {
  const registry = new Registry();
  const ofInstallation = new Set<string>();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });
  return {
    registry,
    counter: (name, help, labels = []) =>
      new Counter({ name, help, labelNames: [...labels], registers: [registry] }),
    gauge: (name, help, labels = [], collect) =>
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        ...(collect === undefined
          ? {}
          : {
              collect(this: Gauge) {
                this.set(collect());
              },
            }),
      }),
    series: (kind, name, help, labels, collect) => {
      const options = { name, help, labelNames: [...labels], registers: [registry] };
      if (kind === 'gauge') {
        new Gauge({
          ...options,
          collect(this: Gauge) {
            this.reset();
            for (const { labels: of, value } of collect()) this.set(of, value);
          },
        });
      } else {
        new Counter({
          ...options,
          collect(this: Counter) {
            this.reset();
            for (const { labels: of, value } of collect()) this.inc(of, value);
          },
        });
      }
    },
    distributions: (name, help, labels, bounds, collect) => {
      const options = { name, help, labelNames: [...labels], buckets: [...bounds], registers: [registry] };
      const read = (): HistogramSamples => collect().flatMap((each) => samplesOf(name, bounds, each));
      new ReadHistogram(options, () => ({
        name,
        help,
        type: 'histogram',
        aggregator: 'sum',
        values: read(),
      }));
    },
    readGauge: (name, help, collect) => {
      ofInstallation.add(name);
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect(this: Gauge) {
          this.set(await collect());
        },
      });
    },
    readGauges: (name, help, labels, collect) => {
      ofInstallation.add(name);
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        async collect(this: Gauge) {
          const series = await collect();
          this.reset();
          for (const { labels: of, value } of series) this.set(of, value);
        },
      });
    },
    isOfInstallation: (name) => ofInstallation.has(name),
  };
};

type HistogramSamples = Awaited<ReturnType<Histogram['get']>>['values'];

class ReadHistogram extends Histogram {
  /** What prom-client asks of itself for a page and for `get` alike. */
  readonly getForPromString: () => Promise<object>;
  constructor(options: ConstructorParameters<typeof Histogram>[0], read: () => object) {
    super(options);
    this.getForPromString = async () => read();
  }
}

/** As prom-client orders them: buckets that hold all below them too, then sum and count. */
const samplesOf = <L extends string>(
  name: string,
  bounds: readonly number[],
  { labels, buckets, sum }: Distribution<L>,
): HistogramSamples => {
  let count = 0;
  const upTo = (le: number | string, index: number): HistogramSamples[number] => {
    count += buckets[index] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count };
  };
  return [
    ...bounds.map(upTo),
    upTo('+Inf', bounds.length),
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
};
