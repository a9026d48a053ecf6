import type { Alarm, Condition } from '@dumont/contracts/alarms/alarms';
import type { Locale } from '@dumont/contracts/identity/auth';
import { ruleNameIn, sayAllIn, wording } from './wording.ts';
import type { Finding } from '@dumont/contracts/finding';
import { found, isSaidCode } from '@dumont/contracts/findings';
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
  language: Locale;
}): WebhookBody => {
  const { type, deliveryId, alarm, publicUrl, language } = given;
  // Sent late, the first notification still tells of an alarm that fires.
  const resolvedAt = type === 'alarm.resolved' ? (alarm.resolved_at?.toISOString() ?? null) : null;
  return {
    type,
    text: headline(aboutOf(type), alarm, language),
    deliveryId,
    alarm: {
      id: alarm.id,
      ruleId: alarm.rule_id,
      ruleName: ruleNameIn(language, alarm.rule_name),
      projectId: alarm.project_id,
      severity: alarm.severity,
      subject: alarm.subject,
      summary: sayAllIn(language, alarm.findings),
      value: alarm.value,
      startedAt: alarm.started_at.toISOString(),
      firedAt: alarm.fired_at?.toISOString() ?? null,
      resolvedAt,
    },
    link: linkTo(publicUrl),
  };
};

type Told = Pick<AlarmRow, 'rule_name' | 'severity' | 'findings'>;

export const mailText = (
  about: About | 'test',
  alarm: Told & { at: Date },
  { publicUrl, language }: { publicUrl: string | undefined; language: Locale },
): { subject: string; text: string } => {
  const link = linkTo(publicUrl);
  const words = wording[language];
  return {
    subject: headline(about, alarm, language),
    text: [
      sayAllIn(language, alarm.findings),
      '',
      `${words.about[about]}: ${ruleNameIn(language, alarm.rule_name)}`,
      `${words.severity}: ${words.severities[alarm.severity as Alarm['severity']]}`,
      `${words.time}: ${alarm.at.toISOString()}`,
      ...(link === null ? [] : ['', link]),
      '',
    ].join('\n'),
  };
};

const aboutOf = (type: WebhookBody['type']): About | 'test' => type.slice('alarm.'.length) as About | 'test';

const headline = (about: About | 'test', alarm: Told, language: Locale): string =>
  `[${wording[language].about[about]}] ${ruleNameIn(language, alarm.rule_name)}: ${sayAllIn(language, alarm.findings)}`;

const linkTo = (publicUrl: string | undefined): string | null =>
  publicUrl === undefined ? null : `${publicUrl}/alarms`;

export const findingOfMetric = (
  condition: Extract<Condition, { type: 'metric' }>,
  reading: { readonly value: number; readonly labels: Readonly<Record<string, string>> },
): Finding => {
  const labels = Object.entries({ ...condition.labels, ...reading.labels })
    .map(([name, label]) => `${name}="${label}"`)
    .join(', ');
  const name = nameOf('metric', condition.metric);
  return found(condition.reading === 'rate' ? 'alarm.rate' : 'alarm.metric', {
    metric: name,
    labels: labels === '' ? '' : `${name === condition.metric ? '' : ' '}{${labels}}`,
    value: Number(reading.value.toPrecision(6)),
    operator: condition.operator,
    threshold: condition.threshold,
  });
};

/** Without a subject it is of many at once. */
export const findingOfEvent = (name: string, subject: string | null): Finding => {
  const event = nameOf('event', name);
  return subject === null ? found('alarm.event_many', { event }) : found('alarm.event', { event, subject });
};

/** Rules may be about any event and any metric; those of the rules that ship have words. */
const nameOf = (kind: 'event' | 'metric', name: string): string | Finding => {
  const code = `${kind}.${name}`;
  return isSaidCode(code) ? found(code) : name;
};
