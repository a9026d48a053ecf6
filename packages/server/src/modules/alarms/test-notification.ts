import { found, told } from '@dumont/contracts/findings';
import type { Locale } from '@dumont/contracts/identity/auth';
import type { Clock } from '../../kernel/clock.ts';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { Database } from '../../kernel/db/database.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Mail } from '../mail/index.ts';
import type { LanguageOf } from '../identity/index.ts';
import { mailText, webhookBody } from './message.ts';
import type { Rule } from './rule.ts';
import { postWebhook } from './webhooks.ts';

type Results = RouteResponse<Routes['testAlarmRule']>;

/** Tells every target of the rule once, now, and says what came of it. */
export const sendTestNotification = async (
  deps: {
    db: Database;
    outbound: Outbound;
    mail: Mail;
    clock: Clock;
    random: Random;
    publicUrl: string | undefined;
    language: Locale;
    languageOf: LanguageOf;
  },
  rule: Rule,
): Promise<Results> => {
  const now = deps.clock.now();
  const alarm = {
    id: deps.random.id(),
    rule_id: rule.id,
    rule_name: rule.name,
    project_id: rule.projectId,
    severity: rule.severity,
    state: 'firing',
    subject: null,
    findings: [found('alarm.test')],
    value: null,
    started_at: now,
    notified_at: null,
    fired_at: now,
    last_seen_at: now,
    resolved_at: null,
    acknowledged_at: null,
    acknowledged_by: null,
    acknowledged_by_name: null,
    note: null,
  };
  const body = webhookBody({
    type: 'alarm.test',
    deliveryId: deps.random.id(),
    alarm,
    publicUrl: deps.publicUrl,
    language: deps.language,
  });
  const webhooks = rule.webhooks.map(async (target) => {
    const { result, explanation } = await postWebhook(deps.outbound, target, body);
    return { channel: 'webhook' as const, target, ok: result === 'sent', explanation: told(explanation) };
  });
  const mails = rule.emails.map(async (target) => {
    const language = await deps.languageOf(deps.db, target);
    const message = mailText('test', { ...alarm, at: now }, { publicUrl: deps.publicUrl, language });
    const { ok, explanation } = await deps.mail.deliverNow({ to: target, ...message });
    return { channel: 'mail' as const, target, ok, explanation: told(explanation) };
  });
  return { results: await Promise.all([...webhooks, ...mails]) };
};
