import { found } from '@dumont/contracts/findings';
import type { Clock } from '../../kernel/clock.ts';
import type { Transactor } from '../../kernel/db/database.ts';
import type { Events, StoredEvent } from '../../kernel/events/events.ts';
import { LeaseLost, type LeasedWork } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import { createAlarmTransactor, type AlarmReader } from './alarm-store.ts';
import type { EvaluationStore } from './evaluation-store.ts';
import type { Lifecycle } from './lifecycle.ts';
import { findingOfEvent, findingOfMetric } from './message.ts';
import { createMetricReader, type MetricReader, type Reading } from './metric-reader.ts';
import { createRuleTransactor, type RuleReader } from './rule-store.ts';
import { keyOf, type OpenAlarm, type Rule } from './rule.ts';
import type { SampleStore } from './sample-store.ts';
import { hasCalmedDown, isReminderDue, matchesEvent, stepMetricRule, withoutGaps } from './transitions.ts';

/** How often each rule is evaluated. */
export const evaluationMs = 5000;
const eventPage = 1000;
/** What a replica told counts for so long: it tells as often as rules are evaluated. */
const samplesLastMs = 3 * evaluationMs;
/** Beyond so many subjects at once, further ones share an alarm: subjects may be chosen by strangers. */
const maxSubjects = 100;
const retentionMs = 365 * 24 * 3600 * 1000;
const housekeepingMs = 3600 * 1000;

interface EvaluatorDeps {
  readonly evaluation: EvaluationStore;
  readonly rules: RuleReader;
  readonly alarms: AlarmReader;
  readonly lifecycle: Lifecycle;
  readonly events: Events;
  readonly metrics: Metrics;
  readonly samples: SampleStore;
  /** This replica, by id and by the name that alarms show. */
  readonly replica: { readonly id: string; readonly name: string };
  readonly clock: Clock;
  readonly log: Logger;
}

/** The leased work of evaluating all rules, on one replica for as long as it lives. */
export const createEvaluator = (
  deps: EvaluatorDeps,
): Pick<LeasedWork<{ id: string }>, 'claim' | 'renew' | 'work'> & { readonly isEvaluating: boolean } => {
  const { evaluation, clock, log } = deps;
  let isEvaluating = false;
  let cleanedMs = -Infinity;

  const clean = async (): Promise<void> => {
    if (clock.elapsedMs() - cleanedMs < housekeepingMs) return;
    cleanedMs = clock.elapsedMs();
    await deps.alarms.deleteResolvedBefore(new Date(clock.now().getTime() - retentionMs));
  };

  return {
    get isEvaluating() {
      return isEvaluating;
    },
    claim: (lease) => evaluation.claim(lease),
    renew: (held, expiresAt) => evaluation.renew(held, expiresAt),
    work: async (_row, { token, signal }) => {
      const reader = createMetricReader({
        metrics: deps.metrics,
        replica: deps.replica.name,
        elapsedMs: () => clock.elapsedMs(),
      });
      isEvaluating = true;
      while (!signal.aborted) {
        try {
          await handleEvents(deps, token, signal);
          await evaluateRules(deps, token, reader);
          await clean();
        } catch (error) {
          if (error instanceof LeaseLost) break;
          log.warn({ error }, 'evaluating the alarm rules failed; trying again');
        }
        await clock.sleep(evaluationMs, signal);
      }
      isEvaluating = false;
      // Another replica goes on at once instead of waiting for the lease to run out.
      await evaluation.release(token);
    },
  };
};

/** Handles new events, a page a transaction, each exactly once: the cursor moves with what they cause. */
const handleEvents = async (deps: EvaluatorDeps, token: string, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const seq = await deps.evaluation.eventSeq();
    const page = await deps.events.readAfter(seq, eventPage);
    const ready = withoutGaps(seq, page, deps.clock.now());
    const last = ready.at(-1);
    if (last === undefined) return;
    await deps.evaluation.asEvaluator(token, async (tx, seqNow) => {
      if (seqNow !== seq) throw new LeaseLost('another replica has handled these events');
      const rules = await createRuleTransactor(tx).lockEnabledRules();
      await raiseByEvents(deps, tx, rules, ready);
      await deps.evaluation.saveEventSeq(tx, last.seq);
    });
    if (ready.length < eventPage) return;
  }
};

const raiseByEvents = async (
  deps: EvaluatorDeps,
  tx: Transactor,
  rules: readonly Rule[],
  events: readonly StoredEvent[],
): Promise<void> => {
  const matches = events.flatMap((event) =>
    rules.filter((rule) => matchesEvent(rule, event)).map((rule) => ({ rule, event })),
  );
  if (matches.length === 0) return;
  const alarms = createAlarmTransactor(tx);
  const open = await alarms.listOpenAlarms(rules.map(({ id }) => id));
  const seen = new Map<string, Date>();
  for (const { rule, event } of matches) {
    const projectId = event.projectId ?? rule.projectId;
    const ofRule = open.filter(({ ruleId }) => ruleId === rule.id);
    const find = (subject: string | null): OpenAlarm | undefined =>
      ofRule.find((alarm) => alarm.projectId === projectId && alarm.subject === subject);
    const subject = find(event.subject) === undefined && ofRule.length >= maxSubjects ? null : event.subject;
    const present = find(subject);
    // What is said of one is not said of all that share an alarm.
    const said = subject === null ? [] : (event.findings ?? []);
    const findings = [findingOfEvent(event.name, subject), ...said];
    if (present === undefined) {
      const occasion = { projectId, subject, findings, value: null, at: event.at, now: deps.clock.now() };
      open.push(await deps.lifecycle.fire(tx, rule, occasion, undefined));
    } else {
      seen.set(present.id, event.at);
      if (!isReminderDue(rule, present, event)) continue;
      const told = await deps.lifecycle.remind(tx, rule, present, { findings, at: deps.clock.now() });
      open.splice(open.indexOf(present), 1, told);
    }
  }
  await alarms.saveLastSeen(seen);
};

const readMetrics = async (
  deps: EvaluatorDeps,
  reader: MetricReader,
): Promise<ReadonlyMap<string, Reading>> => {
  const readings = new Map<string, Reading>();
  const told = await deps.samples.listSamples(
    deps.replica.id,
    new Date(deps.clock.now().getTime() - samplesLastMs),
  );
  for (const rule of await deps.rules.listEnabledRules()) {
    if (rule.condition.type !== 'metric') continue;
    const others = told.flatMap(({ replica, atMs, byRule }) => {
      const samples = byRule[keyOf(rule)];
      return samples === undefined ? [] : [{ replica, atMs, samples }];
    });
    const reading = await reader.read(keyOf(rule), rule.condition, others).catch((error: unknown) => {
      deps.log.warn({ error, rule: rule.id }, 'a metric could not be read');
      return { kind: 'absent' } as const;
    });
    readings.set(keyOf(rule), reading);
  }
  reader.keepOnly(new Set(readings.keys()));
  return readings;
};

const evaluateRules = async (deps: EvaluatorDeps, token: string, reader: MetricReader): Promise<void> => {
  const readings = await readMetrics(deps, reader);
  await deps.evaluation.asEvaluator(token, async (tx) => {
    const now = deps.clock.now();
    const transactor = createRuleTransactor(tx);
    const rules = await transactor.lockEnabledRules();
    const open = Map.groupBy(
      await createAlarmTransactor(tx).listOpenAlarms(rules.map(({ id }) => id)),
      ({ ruleId }) => ruleId,
    );
    const results: { id: string; state: Rule['state']; lastValue: number | null }[] = [];
    for (const rule of rules) {
      const alarms = open.get(rule.id) ?? [];
      if (rule.condition.type === 'event') {
        const state = await resolveCalm(deps, tx, rule, alarms, now);
        results.push({ id: rule.id, state, lastValue: null });
        continue;
      }
      const reading = readings.get(keyOf(rule));
      // Made or changed since the metrics were read: its turn comes with the next round.
      if (reading === undefined) continue;
      const state = await applyReading(deps, tx, rule, reading, alarms[0], now);
      results.push({ id: rule.id, state, lastValue: reading.kind === 'value' ? reading.value : null });
    }
    await transactor.saveReadings(results, now);
  });
};

const resolveCalm = async (
  deps: EvaluatorDeps,
  tx: Transactor,
  rule: Rule,
  alarms: readonly OpenAlarm[],
  now: Date,
): Promise<Rule['state']> => {
  if (rule.condition.type !== 'event') return rule.state;
  const calm = alarms.filter((alarm) => hasCalmedDown(rule, alarm, now));
  for (const alarm of calm) {
    const what = findingOfEvent(rule.condition.event, alarm.subject);
    const findings = [what, found('alarm.not_seen_again')];
    await deps.lifecycle.end(tx, rule, alarm, { findings, at: now });
  }
  return calm.length < alarms.length ? 'firing' : 'ok';
};

const applyReading = async (
  deps: EvaluatorDeps,
  tx: Transactor,
  rule: Rule,
  reading: Reading,
  open: OpenAlarm | undefined,
  now: Date,
): Promise<Rule['state']> => {
  if (rule.condition.type !== 'metric') return rule.state;
  const step = stepMetricRule(rule, rule.condition, reading, open, now);
  const value = reading.kind === 'value' ? reading.value : null;
  // Without a reading nothing is told: what only waited is dropped.
  const findings = reading.kind === 'value' ? [findingOfMetric(rule.condition, reading)] : [];
  const occasion = { projectId: rule.projectId, subject: null, findings, value, at: now };
  switch (step.action) {
    case 'pend':
      await deps.lifecycle.pend(tx, rule, occasion);
      break;
    case 'fire':
      await deps.lifecycle.fire(tx, rule, { ...occasion, now }, open);
      break;
    case 'restart':
      if (open !== undefined) await createAlarmTransactor(tx).restartAlarm(open.id, now);
      break;
    case 'drop':
    case 'resolve':
      if (open !== undefined) await deps.lifecycle.end(tx, rule, open, { findings, at: now });
      break;
    case 'none':
      break;
  }
  return step.state;
};
