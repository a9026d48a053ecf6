import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

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
  /** A gauge whose value is looked up whenever it is read; `collect` must not throw. */
  readGauge(name: string, help: string, collect: () => Promise<number>): void;
  /** The same for each value of a label: those that are left out are gone. */
  readGauges(
    name: string,
    help: string,
    label: string,
    collect: () => Promise<ReadonlyMap<string, number>>,
  ): void;
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: readonly number[],
  ): Histogram<L>;
}

export const createMetrics = (options: { processMetrics: boolean }): Metrics => {
  const registry = new Registry();
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
    readGauge: (name, help, collect) => {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect(this: Gauge) {
          this.set(await collect());
        },
      });
    },
    readGauges: (name, help, label, collect) => {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers: [registry],
        async collect(this: Gauge) {
          const values = await collect();
          this.reset();
          for (const [value, figure] of values) this.set({ [label]: value }, figure);
        },
      });
    },
    histogram: (name, help, labels, buckets) =>
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [registry] }),
  };
};
