import type { Alarm, AlarmRule } from '@dumont/contracts/alarms/alarms';
import { proseOfAll, told } from '@dumont/contracts/findings';
import type { Mail } from '../mail/index.ts';
import type { AlarmRow } from './alarm-store.ts';
import type { NotificationRow, NotificationStore } from './notification-store.ts';
import type { Rule } from './rule.ts';

/** Whoever has a webhook's path may post to it: only the host is shown to those who may not change the rule. */
const withoutPath = (url: string): string => `${new URL(url).origin}/********`;

export const showRule = (rule: Rule, mayWrite: boolean): AlarmRule => ({
  id: rule.id,
  projectId: rule.projectId,
  name: rule.name,
  description: rule.description,
  severity: rule.severity,
  condition: rule.condition,
  notify: {
    webhooks: mayWrite ? [...rule.webhooks] : rule.webhooks.map(withoutPath),
    emails: [...rule.emails],
  },
  enabled: rule.enabled,
  builtIn: rule.builtIn,
  state: rule.state,
  lastValue: rule.lastValue,
  evaluatedAt: rule.evaluatedAt?.toISOString() ?? null,
});

/** Alarms as the API and the event stream show them, with what became of their notifications. */
export const createAlarmView =
  (deps: { notifications: NotificationStore; mail: Mail }) =>
  async (rows: readonly AlarmRow[]): Promise<Alarm[]> => {
    const notifications = await deps.notifications.listOfAlarms(rows.map(({ id }) => id));
    const mails = await deps.mail.findDeliveries(notifications.flatMap(({ mailId }) => mailId ?? []));
    const show = ({ channel, target, mailId, ...own }: NotificationRow): Alarm['notifications'][number] => {
      const { state, attempts, error } = mails.get(mailId ?? '') ?? own;
      return {
        channel,
        target: channel === 'webhook' ? withoutPath(target) : target,
        state,
        attempts,
        error: error === null ? null : told(error),
      };
    };
    const byAlarm = Map.groupBy(notifications, ({ alarmId }) => alarmId);
    return rows.map((row) => ({
      id: row.id,
      ruleId: row.rule_id,
      ruleName: row.rule_name,
      severity: row.severity as Alarm['severity'],
      state: row.state as Alarm['state'],
      subject: row.subject,
      findings: row.findings.map(told),
      summary: proseOfAll(row.findings),
      value: row.value,
      startedAt: row.started_at.toISOString(),
      firedAt: row.fired_at?.toISOString() ?? null,
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      acknowledgedAt: row.acknowledged_at?.toISOString() ?? null,
      acknowledgedBy:
        row.acknowledged_by === null
          ? null
          : { id: row.acknowledged_by, name: row.acknowledged_by_name ?? row.acknowledged_by },
      note: row.note,
      notifications: (byAlarm.get(row.id) ?? []).map(show),
    }));
  };

export type AlarmView = ReturnType<typeof createAlarmView>;
