import type { Alarm } from '@dumont/contracts/alarms/alarms';
import type { Finding } from '@dumont/contracts/finding';
import type { Transactor } from '../../kernel/db/database.ts';
import { found } from '@dumont/contracts/findings';
import type { Events } from '../../kernel/events/events.ts';
import type { Random } from '../../kernel/random.ts';
import type { LanguageOf } from '../identity/index.ts';
import type { Mail } from '../mail/index.ts';
import { createAlarmTransactor } from './alarm-store.ts';
import { mailText } from './message.ts';
import { insertNotifications, type About, type NewNotification } from './notification-store.ts';
import type { OpenAlarm, Rule } from './rule.ts';

interface Occasion {
  readonly projectId: string | null;
  readonly subject: string | null;
  readonly findings: readonly Finding[];
  readonly value: number | null;
  readonly at: Date;
}

/** Changes of an alarm with what they entail, in one transaction: notifications queued, an event published. */
export const createLifecycle = (deps: {
  events: Events;
  mail: Mail;
  random: Random;
  publicUrl: string | undefined;
  languageOf: LanguageOf;
}) => {
  const { events, mail, random } = deps;

  const publish = (
    tx: Transactor,
    name: 'alarm.firing' | 'alarm.resolved' | 'alarm.acknowledged',
    alarm: { id: string; projectId: string | null; ruleName: string },
  ): Promise<void> =>
    events.publish(tx, {
      name,
      topic: 'alarms',
      projectId: alarm.projectId,
      ownerId: null,
      entityId: alarm.id,
      subject: alarm.ruleName,
    });

  const notify = async (
    tx: Transactor,
    rule: Rule,
    about: About,
    alarm: {
      id: string;
      severity: Alarm['severity'];
      ruleName: string;
      findings: readonly Finding[];
      at: Date;
    },
  ): Promise<void> => {
    const notifications: NewNotification[] = [];
    const add = (given: Pick<NewNotification, 'channel' | 'target' | 'mailId' | 'error'>): void =>
      void notifications.push({ id: random.id(), alarmId: alarm.id, about, dueAt: alarm.at, ...given });
    for (const target of new Set(rule.webhooks))
      add({ channel: 'webhook', target, mailId: null, error: null });
    for (const target of new Set(rule.emails)) {
      if (mail.configured) {
        const told = {
          rule_name: alarm.ruleName,
          severity: alarm.severity,
          findings: alarm.findings,
          at: alarm.at,
        };
        const { publicUrl } = deps;
        const language = await deps.languageOf(tx, target);
        const mailId = await mail.send(tx, { to: target, ...mailText(about, told, { publicUrl, language }) });
        add({ channel: 'mail', target, mailId, error: null });
      } else {
        add({ channel: 'mail', target, mailId: null, error: found('mail.not_configured') });
      }
    }
    await insertNotifications(tx, notifications);
  };

  return {
    /** A new alarm that waits until its condition has held for long enough; nobody is told yet. */
    pend: async (tx: Transactor, rule: Rule, occasion: Occasion): Promise<void> => {
      await createAlarmTransactor(tx).insertAlarm({
        ...occasion,
        id: random.id(),
        ruleId: rule.id,
        ruleName: rule.name,
        severity: rule.severity,
        state: 'pending',
        startedAt: occasion.at,
        firedAt: null,
        lastSeenAt: occasion.at,
      });
    },
    /** Makes the alarm fire, the one that is pending or a new one; answers it. */
    fire: async (
      tx: Transactor,
      rule: Rule,
      occasion: Occasion & { now: Date },
      pending: OpenAlarm | undefined,
    ): Promise<OpenAlarm> => {
      const alarms = createAlarmTransactor(tx);
      const alarm: OpenAlarm = {
        id: pending?.id ?? random.id(),
        ruleId: rule.id,
        ruleName: rule.name,
        projectId: occasion.projectId,
        state: 'firing',
        subject: occasion.subject,
        startedAt: pending?.startedAt ?? occasion.at,
        lastSeenAt: occasion.at,
        notifiedAt: occasion.now,
      };
      if (pending === undefined) {
        await alarms.insertAlarm({
          ...alarm,
          state: 'firing',
          severity: rule.severity,
          findings: occasion.findings,
          value: occasion.value,
          firedAt: occasion.now,
        });
      } else {
        await alarms.fireAlarm(pending.id, {
          at: occasion.now,
          findings: occasion.findings,
          value: occasion.value,
        });
      }
      await notify(tx, rule, 'firing', { ...alarm, severity: rule.severity, ...occasion, at: occasion.now });
      await publish(tx, 'alarm.firing', alarm);
      return alarm;
    },
    /** It goes on: tells so again, with what is known of it now. */
    remind: async (
      tx: Transactor,
      rule: Rule,
      alarm: OpenAlarm,
      now: { findings: readonly Finding[]; at: Date },
    ): Promise<OpenAlarm> => {
      await createAlarmTransactor(tx).remindOf(alarm.id, now);
      await notify(tx, rule, 'firing', { ...alarm, severity: rule.severity, ...now });
      await publish(tx, 'alarm.firing', alarm);
      return { ...alarm, notifiedAt: now.at };
    },
    /** Ends an alarm: one that only was about to fire leaves no trace. */
    end: async (
      tx: Transactor,
      rule: Rule,
      alarm: OpenAlarm,
      why: { findings: readonly Finding[]; at: Date },
    ): Promise<void> => {
      const alarms = createAlarmTransactor(tx);
      if (alarm.state === 'pending') {
        await alarms.deleteAlarm(alarm.id);
        return;
      }
      await alarms.resolveAlarm(alarm.id, why.at);
      await notify(tx, rule, 'resolved', { ...alarm, severity: rule.severity, ...why });
      await publish(tx, 'alarm.resolved', alarm);
    },
    publish,
  };
};

export type Lifecycle = ReturnType<typeof createLifecycle>;
