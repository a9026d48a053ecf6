import type { Condition } from '@dumont/contracts/alarms/alarms';
import type { StoredEvent } from '../../kernel/events/events.ts';
import type { Reading } from './metric-reader.ts';
import type { OpenAlarm, Rule } from './rule.ts';

/** What to do with the alarm of a metric rule, and the state that the rule then shows. */
export interface MetricStep {
  readonly action: 'none' | 'pend' | 'restart' | 'fire' | 'drop' | 'resolve';
  readonly state: Rule['state'];
}

/** Two evaluations further apart than this do not show that the condition held in between. */
const continuityMs = 60_000;

const operators: Readonly<
  Record<Extract<Condition, { type: 'metric' }>['operator'], (a: number, b: number) => boolean>
> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};

export const stepMetricRule = (
  rule: Pick<Rule, 'state' | 'evaluatedAt'>,
  condition: Extract<Condition, { type: 'metric' }>,
  reading: Reading,
  open: Pick<OpenAlarm, 'state' | 'startedAt'> | undefined,
  now: Date,
): MetricStep => {
  // Silence is no good news: what fires goes on, what was about to starts over.
  if (reading.kind === 'absent')
    return { action: open?.state === 'pending' ? 'drop' : 'none', state: 'unknown' };
  if (reading.kind === 'first') return { action: 'none', state: open?.state ?? rule.state };

  const holds = operators[condition.operator](reading.value, condition.threshold);
  if (!holds) {
    if (open === undefined) return { action: 'none', state: 'ok' };
    return { action: open.state === 'pending' ? 'drop' : 'resolve', state: 'ok' };
  }
  if (open?.state === 'firing') return { action: 'none', state: 'firing' };
  if (condition.forSeconds === 0) return { action: 'fire', state: 'firing' };
  if (open === undefined) return { action: 'pend', state: 'pending' };
  const gapMs = now.getTime() - (rule.evaluatedAt?.getTime() ?? 0);
  if (gapMs > continuityMs) return { action: 'restart', state: 'pending' };
  const heldMs = now.getTime() - open.startedAt.getTime();
  if (heldMs >= condition.forSeconds * 1000) return { action: 'fire', state: 'firing' };
  return { action: 'none', state: 'pending' };
};

/** True when the event counts for the rule: its name and subject, in its project, since the rule is armed. */
export const matchesEvent = (rule: Rule, event: StoredEvent): boolean => {
  const { condition } = rule;
  return (
    condition.type === 'event' &&
    condition.event === event.name &&
    (condition.subject === undefined || condition.subject === event.subject) &&
    (rule.projectId === null || rule.projectId === event.projectId) &&
    event.at >= rule.armedAt
  );
};

/** True when the alarm of an event that happened again is to be told again. */
export const isReminderDue = (rule: Rule, alarm: OpenAlarm, event: StoredEvent): boolean =>
  rule.condition.type === 'event' &&
  rule.condition.remindAfterSeconds !== undefined &&
  event.at.getTime() - (alarm.notifiedAt ?? alarm.startedAt).getTime() >=
    rule.condition.remindAfterSeconds * 1000;

/** True when the event has not happened again for as long as the rule says. */
export const hasCalmedDown = (rule: Rule, alarm: OpenAlarm, now: Date): boolean =>
  rule.condition.type === 'event' &&
  now.getTime() - alarm.lastSeenAt.getTime() >= rule.condition.resolveAfterSeconds * 1000;

/** Longer than any transaction of ours lives, and than clocks of replicas differ. */
const inFlightMs = 30_000;

/**
 * The events that may be handled now: in order, without a gap. Sequence numbers are given before commit, so a
 * missing one may still appear; once the event behind it is old, its transaction was rolled back.
 */
export const withoutGaps = (
  cursor: number,
  events: readonly StoredEvent[],
  now: Date,
): readonly StoredEvent[] => {
  let last = cursor;
  const end = events.findIndex((event) => {
    const isGap = event.seq !== last + 1 && now.getTime() - event.at.getTime() < inFlightMs;
    last = event.seq;
    return isGap;
  });
  return end === -1 ? events : events.slice(0, end);
};
