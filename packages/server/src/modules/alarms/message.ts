import type { Condition } from '@dumont/contracts/alarms/alarms';
import type { AlarmRow } from './alarm-store.ts';
import type { About } from './notification-store.ts';

/** What a webhook's target gets as JSON, with `Content-Type: application/json`. */
export interface WebhookBody {
  readonly type: 'alarm.firing' | 'alarm.resolved' | 'alarm.test';
  /** The whole in one line: what Slack and its relatives show. */
  readonly text: string;
  /** The same at every attempt: a target that has seen it may drop the copy. */
  readonly deliveryId: string;
  readonly alarm: {
    readonly id: string;
    readonly ruleId: string;
    readonly ruleName: string;
    readonly projectId: string | null;
    readonly severity: string;
    /** What the alarm is about (a pipeline, an account), where the rule tells several apart. */
    readonly subject: string | null;
    readonly summary: string;
    /** The figure with which it fired; null for rules over events. */
    readonly value: number | null;
    /** ISO-8601 in UTC. */
    readonly startedAt: string;
    readonly firedAt: string | null;
    /** Null while it fires. */
    readonly resolvedAt: string | null;
  };
  /** The alarms in the console; null where the server does not know its public address. */
  readonly link: string | null;
}

export const webhookBody = (given: {
  type: WebhookBody['type'];
  deliveryId: string;
  alarm: AlarmRow;
  publicUrl: string | undefined;
}): WebhookBody => {
  const { type, deliveryId, alarm, publicUrl } = given;
  // Sent late, the first notification still tells of an alarm that fires.
  const resolvedAt = type === 'alarm.resolved' ? (alarm.resolved_at?.toISOString() ?? null) : null;
  return {
    type,
    text: headline(type, alarm),
    deliveryId,
    alarm: {
      id: alarm.id,
      ruleId: alarm.rule_id,
      ruleName: alarm.rule_name,
      projectId: alarm.project_id,
      severity: alarm.severity,
      subject: alarm.subject,
      summary: alarm.summary,
      value: alarm.value,
      startedAt: alarm.started_at.toISOString(),
      firedAt: alarm.fired_at?.toISOString() ?? null,
      resolvedAt,
    },
    link: linkTo(publicUrl),
  };
};

type Told = Pick<AlarmRow, 'rule_name' | 'severity' | 'summary'>;

export const mailText = (
  about: About | 'test',
  alarm: Told & { at: Date },
  publicUrl: string | undefined,
): { subject: string; text: string } => {
  const link = linkTo(publicUrl);
  return {
    subject: headline(`alarm.${about}`, alarm),
    text: [
      alarm.summary,
      '',
      `${words[`alarm.${about}`]}: ${alarm.rule_name}`,
      `Severity: ${alarm.severity}`,
      `Time: ${alarm.at.toISOString()}`,
      ...(link === null ? [] : ['', link]),
      '',
    ].join('\n'),
  };
};

const words = {
  'alarm.firing': 'Alarm',
  'alarm.resolved': 'Resolved',
  'alarm.test': 'Test of an alarm rule',
} as const;

const headline = (type: WebhookBody['type'], alarm: Told): string =>
  `[${words[type]}] ${alarm.rule_name}: ${alarm.summary}`;

const linkTo = (publicUrl: string | undefined): string | null =>
  publicUrl === undefined ? null : `${publicUrl}/alarms`;

export const summariseMetric = (
  condition: Extract<Condition, { type: 'metric' }>,
  reading: { readonly value: number; readonly labels: Readonly<Record<string, string>> },
): string => {
  const labels = Object.entries({ ...condition.labels, ...reading.labels })
    .map(([name, label]) => `${name}="${label}"`)
    .join(', ');
  const unit = condition.reading === 'rate' ? ' a second' : '';
  const name = `${condition.metric}${labels === '' ? '' : `{${labels}}`}`;
  return `${name} is ${readable(reading.value)}${unit} (${condition.operator} ${condition.threshold})`;
};

const readable = (value: number): string => String(Number(value.toPrecision(6)));

export const summariseEvent = (event: string, subject: string | null, said: string | null): string => {
  if (subject === null) return `${event}, for many at once`;
  return said === null ? `${event}: ${subject}` : `${event}: ${subject}: ${said}`;
};
