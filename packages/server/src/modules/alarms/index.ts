import { builtInRuleTexts } from '@dumont/contracts/alarms/built-in-rules';
import type { Locale } from '@dumont/contracts/identity/auth';
import { hostname } from 'node:os';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Transactor } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Events } from '../../kernel/events/events.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import { startLeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit, LanguageOf } from '../identity/index.ts';
import type { Mail } from '../mail/index.ts';
import { createAlarmReader } from './alarm-store.ts';
import { builtInRules } from './built-in-rules.ts';
import { createEvaluationStore } from './evaluation-store.ts';
import { createEvaluator, evaluationMs } from './evaluator.ts';
import { createLifecycle } from './lifecycle.ts';
import { createNotificationStore, notificationChannel } from './notification-store.ts';
import { startTellingSamples } from './replica-samples.ts';
import { createAlarmHandlers, type AlarmOperation } from './routes.ts';
import { createRuleReader, createRuleWriter } from './rule-store.ts';
import { createRules } from './rules.ts';
import { createSampleStore } from './sample-store.ts';
import { createAlarmView } from './view.ts';
import { createWebhookDelivery } from './webhooks.ts';

export type { AlarmOperation } from './routes.ts';
export type { WebhookBody } from './message.ts';

export interface AlarmsModule extends AsyncDisposable {
  readonly handlers: Handlers<AlarmOperation>;
}

/**
 * Rules over metrics and events, their alarms, and whom they tell. One replica evaluates, every five seconds;
 * each replica posts webhooks. Built-in rules that are missing are made here.
 */
export const createAlarms = async (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: Metrics;
  events: Events;
  notifications: Notifications;
  outbound: Outbound;
  mail: Mail;
  audit: Audit;
  languageOf: LanguageOf;
  config: { readonly publicUrl: string | undefined; readonly language: Locale };
}): Promise<AlarmsModule> => {
  const { db, clock, random, log, metrics, events, outbound, mail, languageOf } = deps;
  const { publicUrl, language } = deps.config;
  const transaction = <T>(work: (tx: Transactor) => Promise<T>): Promise<T> => db.transaction().execute(work);
  const alarms = createAlarmReader(db);
  const reader = createRuleReader(db);
  const writer = createRuleWriter(db);
  const store = createNotificationStore(db);
  const lifecycle = createLifecycle({ events, mail, random, publicUrl, languageOf });
  const view = createAlarmView({ notifications: store, mail });
  const rules = createRules({ ...deps, reader, transaction, lifecycle });

  events.registerTopic('alarms', {
    permission: 'alarms:read',
    load: async (ids) => {
      const shown = await view(await alarms.listAlarmsById(ids));
      return new Map(shown.map((alarm) => [alarm.id, { type: 'alarm', payload: alarm }]));
    },
  });
  await writer.insertBuiltInRules(
    builtInRules.map((rule) => ({ ...rule, ...builtInRuleTexts[rule.key], id: random.id() })),
    clock.now(),
  );

  const replica = random.id();
  const name = `${hostname()} ${replica.slice(-6)}`;
  const samples = createSampleStore(db);
  const evaluator = createEvaluator({
    evaluation: createEvaluationStore(db),
    rules: reader,
    alarms,
    lifecycle,
    events,
    metrics,
    samples,
    replica: { id: replica, name },
    clock,
    log,
  });

  await using workers = new AsyncDisposableStack();
  workers.use(
    startLeasedWorker(
      {
        name: 'alarm webhooks',
        ...createWebhookDelivery({ store, outbound, clock, random, log, publicUrl, language }),
        concurrency: 4,
        pollMs: 5000,
        wakeUps: (wake) => deps.notifications.listen(notificationChannel, wake),
      },
      { clock, random, log },
    ),
  );
  workers.use(
    startLeasedWorker(
      {
        name: 'alarm rules',
        claim: evaluator.claim,
        renew: evaluator.renew,
        work: evaluator.work,
        concurrency: 1,
        pollMs: evaluationMs,
      },
      { clock, random, log },
    ),
  );
  workers.use(
    startTellingSamples({
      id: replica,
      replica: name,
      store: samples,
      rules: reader,
      metrics,
      isEvaluating: () => evaluator.isEvaluating,
      everyMs: evaluationMs,
      clock,
      log,
    }),
  );
  const running = workers.move();

  return {
    handlers: createAlarmHandlers({
      alarms,
      rules,
      view,
      lifecycle,
      transaction,
      outbound,
      mail,
      clock,
      db,
      random,
      publicUrl,
      language,
      languageOf,
    }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
