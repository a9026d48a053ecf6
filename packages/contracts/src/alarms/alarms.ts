import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { ToldFinding } from '../finding.ts';
import {
  Email,
  flag,
  Id,
  IdParams,
  longText,
  pageOf,
  pageQuery,
  text,
  Timestamp,
  UserRef,
} from '../primitives.ts';
import { route } from '../route.ts';

export const severities = ['info', 'warning', 'critical'] as const;
export const alarmStates = ['pending', 'firing', 'resolved'] as const;

/** When a rule holds: a metric of ours compared with a threshold, or an event of ours seen. */
export const Condition = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('metric'),
    metric: z
      .string()
      .max(200)
      .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/),
    /** Only samples that carry these labels. */
    labels: z.record(longText(100), longText(200)).default({}),
    /** `rate` is the increase per second since the last evaluation. */
    reading: z.enum(['value', 'rate']).default('value'),
    /** How several samples become one figure. */
    aggregate: z.enum(['sum', 'max', 'min', 'mean']).default('sum'),
    operator: z.enum(['>', '>=', '<', '<=', '==', '!=']),
    threshold: z.number(),
    /** How long it must hold before the alarm fires. */
    forSeconds: z.number().int().min(0).max(86_400).default(0),
  }),
  z.strictObject({
    type: z.literal('event'),
    /** `run.failed`, `user.locked`, ... */
    event: z
      .string()
      .max(100)
      .regex(/^[a-z_]+(\.[a-z_]+)+$/),
    /** Only events whose subject (the pipeline's id, for runs) is this. */
    subject: longText(200).optional(),
    /** Without the event happening again for so long, the alarm resolves. */
    resolveAfterSeconds: z.number().int().min(1).max(604_800).default(3600),
    /** While it happens again and again, whoever is notified is told again, no more often than this; left out: once. */
    remindAfterSeconds: z.number().int().min(60).max(604_800).optional(),
  }),
]);
export type Condition = z.infer<typeof Condition>;

const notify = z.strictObject({
  webhooks: z
    .array(z.url({ protocol: /^https?$/ }).max(2000))
    .max(10)
    .default([]),
  emails: z.array(Email).max(20).default([]),
});

export const AlarmRule = z
  .strictObject({
    id: Id,
    projectId: Id.nullable(),
    name: z.string(),
    description: z.string(),
    severity: z.enum(severities),
    condition: Condition,
    notify,
    enabled: z.boolean(),
    /** Ships with the product; may be changed and switched off, not deleted. */
    builtIn: z.boolean(),
    state: z.enum(['ok', 'pending', 'firing', 'unknown']),
    lastValue: z.number().nullable(),
    evaluatedAt: Timestamp.nullable(),
  })
  .meta({ id: 'AlarmRule' });
export type AlarmRule = z.infer<typeof AlarmRule>;

export const Alarm = z
  .strictObject({
    id: Id,
    ruleId: Id,
    ruleName: z.string(),
    severity: z.enum(severities),
    state: z.enum(alarmStates),
    subject: z.string().nullable(),
    /** What it says: what it is about, then what is known of it. */
    findings: z.array(ToldFinding),
    /** The same as one text. */
    summary: z.string(),
    value: z.number().nullable(),
    startedAt: Timestamp,
    firedAt: Timestamp.nullable(),
    resolvedAt: Timestamp.nullable(),
    acknowledgedAt: Timestamp.nullable(),
    acknowledgedBy: UserRef.nullable(),
    note: z.string().nullable(),
    notifications: z.array(
      z.strictObject({
        channel: z.enum(['webhook', 'mail']),
        target: z.string(),
        state: z.enum(['waiting', 'sent', 'failed']),
        attempts: z.number().int(),
        error: ToldFinding.nullable(),
      }),
    ),
  })
  .meta({ id: 'Alarm' });
export type Alarm = z.infer<typeof Alarm>;

const ruleFields = {
  name: text(100),
  description: text(500).or(z.literal('')),
  severity: z.enum(severities),
  condition: Condition,
  notify,
  enabled: z.boolean(),
};

export const listAlarms = route({
  method: 'GET',
  path: '/api/v1/alarms',
  tag: 'alarms',
  summary: 'Alarms, newest first',
  access: holdersOf('alarms:read'),
  query: z.strictObject({
    ...pageQuery,
    projectId: Id.optional(),
    state: z.enum(alarmStates).optional(),
    acknowledged: flag.optional(),
  }),
  response: pageOf(Alarm),
});

export const acknowledgeAlarm = route({
  method: 'POST',
  path: '/api/v1/alarms/{id}/acknowledge',
  tag: 'alarms',
  summary: 'Say that someone looks after it; reminders stop',
  access: holdersOf('alarms:write'),
  params: IdParams,
  bodyOptional: true,
  body: z.strictObject({ note: longText(1000).optional() }).optional(),
  response: Alarm,
  errors: ['alarm.not_found'],
});

export const listAlarmRules = route({
  method: 'GET',
  path: '/api/v1/alarm-rules',
  tag: 'alarms',
  summary: 'Alarm rules, by name',
  access: holdersOf('alarms:read'),
  query: z.strictObject({ projectId: Id.optional() }),
  response: z.strictObject({
    items: z.array(AlarmRule),
    metrics: z.array(z.strictObject({ name: z.string(), help: z.string() })),
  }),
});

export const createAlarmRule = route({
  method: 'POST',
  path: '/api/v1/alarm-rules',
  tag: 'alarms',
  summary: 'Make an alarm rule',
  access: holdersOf('alarms:write'),
  body: z.strictObject({
    projectId: Id.optional(),
    ...ruleFields,
    description: ruleFields.description.default(''),
    severity: ruleFields.severity.default('warning'),
    notify: notify.default({ webhooks: [], emails: [] }),
    enabled: z.boolean().default(true),
  }),
  status: 201,
  response: AlarmRule,
  errors: ['alarm.metric_unknown', 'outbound.refused', 'project.not_found'],
});

export const updateAlarmRule = route({
  method: 'PATCH',
  path: '/api/v1/alarm-rules/{id}',
  tag: 'alarms',
  summary: 'Change an alarm rule',
  access: holdersOf('alarms:write'),
  params: IdParams,
  body: z.strictObject(ruleFields).partial(),
  response: AlarmRule,
  errors: ['alarm.rule_not_found', 'alarm.metric_unknown', 'outbound.refused'],
});

export const deleteAlarmRule = route({
  method: 'DELETE',
  path: '/api/v1/alarm-rules/{id}',
  tag: 'alarms',
  summary: 'Delete an alarm rule of your own; its history stays',
  access: holdersOf('alarms:write'),
  params: IdParams,
  status: 204,
  errors: ['alarm.rule_not_found', 'alarm.rule_built_in'],
});

export const testAlarmRule = route({
  method: 'POST',
  path: '/api/v1/alarm-rules/{id}/test',
  tag: 'alarms',
  summary: 'Send a test notification to every target of the rule and say what came of it',
  access: holdersOf('alarms:write'),
  limit: 'expensive',
  params: IdParams,
  response: z.strictObject({
    results: z.array(
      z.strictObject({
        channel: z.enum(['webhook', 'mail']),
        target: z.string(),
        ok: z.boolean(),
        explanation: ToldFinding,
      }),
    ),
  }),
  errors: ['alarm.rule_not_found'],
});
