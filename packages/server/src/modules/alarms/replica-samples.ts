import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { readSamples, type Sample } from './metric-reader.ts';
import type { RuleReader } from './rule-store.ts';
import { keyOf } from './rule.ts';
import type { SamplesByRule, SampleStore } from './sample-store.ts';

/** A rule may be about a metric of very many series: beyond these, nothing is told of it. */
const maxSamples = 1000;

/** Tells the replica that evaluates what the metrics of the rules say here; not while it is this one. */
export const startTellingSamples = (deps: {
  readonly id: string;
  readonly replica: string;
  readonly store: SampleStore;
  readonly rules: Pick<RuleReader, 'listEnabledRules'>;
  readonly metrics: Metrics;
  readonly isEvaluating: () => boolean;
  readonly everyMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}): AsyncDisposable => {
  const { store, metrics, clock } = deps;
  const stop = new AbortController();

  const take = async (): Promise<SamplesByRule> => {
    const samples: Record<string, readonly Sample[]> = {};
    for (const rule of await deps.rules.listEnabledRules()) {
      if (rule.condition.type !== 'metric' || metrics.isOfInstallation(rule.condition.metric)) continue;
      const read = await readSamples(metrics.registry, rule.condition);
      if (read !== undefined && read.length <= maxSamples)
        samples[keyOf(rule)] = read.filter(({ value }) => Number.isFinite(value));
    }
    return samples;
  };
  const tell = async (): Promise<void> => {
    if (deps.isEvaluating()) return;
    const own = { id: deps.id, replica: deps.replica, atMs: clock.elapsedMs(), samples: await take() };
    await store.saveSamples(own, clock.now());
  };
  const running = (async () => {
    while (!stop.signal.aborted) {
      await tell().catch((error: unknown) =>
        deps.log.warn({ error }, 'metrics could not be told; trying again'),
      );
      await clock.sleep(deps.everyMs, stop.signal);
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      // What it was is no longer so; that a database that is gone keeps it does no harm.
      await store.deleteSamples(deps.id).catch(() => undefined);
    },
  };
};
