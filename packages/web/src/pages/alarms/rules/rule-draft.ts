import type { AlarmRule, Condition } from '@dumont/contracts/alarms/alarms';
import type { TFunction } from 'i18next';
import { z } from 'zod';
import { linesOf } from '../../../lib/lines.ts';

export const operators = ['>', '>=', '<', '<=', '==', '!='] as const;
export const readings = ['value', 'rate'] as const;
export const aggregates = ['sum', 'max', 'min', 'mean'] as const;
export const severities = ['info', 'warning', 'critical'] as const;

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:\/\//i.test(text);
const isEmail = (text: string): boolean => z.email().max(254).safeParse(text).success;
const label = /^[^=]{1,100}=.{0,200}$/;

/** The form of a rule: both kinds of condition at once, so that switching between them loses nothing. */
export const ruleDraft = (t: TFunction<['alarms', 'common']>) => {
  const wholeSeconds = (min: number, max: number) =>
    z.string().refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: t('rule.seconds', { min, max }),
    });
  const lines = (most: number, isGood: (line: string) => boolean, message: string) =>
    z.string().refine((text) => linesOf(text).length <= most && linesOf(text).every(isGood), { message });
  return z
    .object({
      name: z.string().trim().min(1, t('common:required')).max(100),
      description: z.string().trim().max(500),
      severity: z.enum(severities),
      kind: z.enum(['metric', 'event']),
      metric: z.string(),
      labels: lines(50, (line) => label.test(line), t('rule.labelsInvalid')),
      reading: z.enum(readings),
      aggregate: z.enum(aggregates),
      operator: z.enum(operators),
      threshold: z
        .string()
        .refine((text) => text.trim() !== '' && Number.isFinite(Number(text.replace(',', '.'))), {
          message: t('rule.thresholdInvalid'),
        }),
      forSeconds: wholeSeconds(0, 86_400),
      event: z.string().trim(),
      subject: z.string().trim().max(200),
      resolveAfterSeconds: wholeSeconds(1, 604_800),
      /** Empty: told once. */
      remindAfterSeconds: z.literal('').or(wholeSeconds(60, 604_800)),
      webhooks: lines(10, isHttpUrl, t('rule.webhooksInvalid')),
      emails: lines(20, isEmail, t('rule.emailsInvalid')),
    })
    .superRefine(({ kind, metric, event }, context) => {
      if (kind === 'metric' && metric === '') {
        context.addIssue({ code: 'custom', path: ['metric'], message: t('common:required') });
      }
      if (kind === 'event' && !/^[a-z_]+(\.[a-z_]+)+$/.test(event)) {
        context.addIssue({ code: 'custom', path: ['event'], message: t('rule.eventInvalid') });
      }
    });
};
export type RuleDraft = z.infer<ReturnType<typeof ruleDraft>>;

export const draftOf = (rule: AlarmRule | undefined): RuleDraft => {
  const metric = rule?.condition.type === 'metric' ? rule.condition : undefined;
  const event = rule?.condition.type === 'event' ? rule.condition : undefined;
  return {
    name: rule?.name ?? '',
    description: rule?.description ?? '',
    severity: rule?.severity ?? 'warning',
    kind: rule?.condition.type ?? 'metric',
    metric: metric?.metric ?? '',
    labels: Object.entries(metric?.labels ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    reading: metric?.reading ?? 'value',
    aggregate: metric?.aggregate ?? 'sum',
    operator: metric?.operator ?? '>',
    threshold: String(metric?.threshold ?? ''),
    forSeconds: String(metric?.forSeconds ?? 60),
    event: event?.event ?? 'run.failed',
    subject: event?.subject ?? '',
    resolveAfterSeconds: String(event?.resolveAfterSeconds ?? 3600),
    remindAfterSeconds: String(event?.remindAfterSeconds ?? ''),
    webhooks: rule?.notify.webhooks.join('\n') ?? '',
    emails: rule?.notify.emails.join('\n') ?? '',
  };
};

const conditionOf = (draft: RuleDraft): Condition =>
  draft.kind === 'metric'
    ? {
        type: 'metric',
        metric: draft.metric,
        labels: Object.fromEntries(
          linesOf(draft.labels).map((line) => {
            const at = line.indexOf('=');
            return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
          }),
        ),
        reading: draft.reading,
        aggregate: draft.aggregate,
        operator: draft.operator,
        threshold: Number(draft.threshold.replace(',', '.')),
        forSeconds: Number(draft.forSeconds),
      }
    : {
        type: 'event',
        event: draft.event,
        ...(draft.subject === '' ? {} : { subject: draft.subject }),
        resolveAfterSeconds: Number(draft.resolveAfterSeconds),
        ...(draft.remindAfterSeconds === '' ? {} : { remindAfterSeconds: Number(draft.remindAfterSeconds) }),
      };

/** The body that a checked draft spells. */
export const ruleFrom = (draft: RuleDraft) => ({
  name: draft.name,
  description: draft.description,
  severity: draft.severity,
  condition: conditionOf(draft),
  notify: { webhooks: linesOf(draft.webhooks), emails: linesOf(draft.emails) },
});
