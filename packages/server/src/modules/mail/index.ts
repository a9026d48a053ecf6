import { found } from '@dumont/contracts/findings';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import { AppError } from '../../kernel/errors.ts';
import { startLeasedWorker } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Metrics } from '../../kernel/metrics.ts';
import type { Random } from '../../kernel/random.ts';
import { createDelivery } from './delivery.ts';
import { createMailStore, mailChannel } from './mail-store.ts';
import type { Mail } from './mail.ts';
import { createSmtp } from './smtp.ts';

export type { Mail } from './mail.ts';

/** Mail through an SMTP server, from an outbox in the database. Without a server nothing is queued. */
export const createMail = (deps: {
  db: Database;
  clock: Clock;
  random: Random;
  log: Logger;
  metrics: Metrics;
  notifications: Notifications;
  config: { readonly smtpUrl: string | undefined; readonly mailFrom: string };
}): Mail => {
  const { db, clock, random, log, config } = deps;
  const store = createMailStore(db);
  const outcomes = deps.metrics.counter('dumont_mails_total', 'Attempts to deliver mail by outcome.', [
    'outcome',
  ]);
  for (const outcome of ['sent', 'retried', 'dead']) outcomes.inc({ outcome }, 0);

  const smtp =
    config.smtpUrl === undefined
      ? undefined
      : createSmtp({ url: config.smtpUrl, from: config.mailFrom, clock });
  const domain = /@([^\s>]+)/.exec(config.mailFrom)?.[1] ?? 'localhost';
  const messageIdOf = (id: string): string => `<${id}@${domain}>`;

  const worker =
    smtp === undefined
      ? undefined
      : startLeasedWorker(
          {
            name: 'mail',
            ...createDelivery({
              store,
              smtp,
              clock,
              random,
              log,
              count: (outcome) => outcomes.inc({ outcome }),
            }),
            concurrency: 4,
            pollMs: 5000,
            wakeUps: (wake) => deps.notifications.listen(mailChannel, wake),
          },
          { clock, random, log },
        );

  return {
    configured: smtp !== undefined,
    send: async (executor, message) => {
      if (smtp === undefined) throw new AppError('mail.not_configured');
      const id = random.id();
      await store.insert(executor, { ...message, id, messageId: messageIdOf(id), now: clock.now() });
      return id;
    },
    findDeliveries: (ids) => store.findDeliveries(ids),
    deliverNow: async ({ to, subject, text, html }) => {
      if (smtp === undefined) return { ok: false, explanation: found('mail.not_configured') };
      const envelope = { messageId: messageIdOf(random.id()), date: clock.now(), to, subject, text, html };
      const { result, explanation } = await smtp.deliver(envelope, new AbortController().signal);
      return { ok: result === 'sent', explanation };
    },
    [Symbol.asyncDispose]: async () => {
      await worker?.[Symbol.asyncDispose]();
    },
  };
};
