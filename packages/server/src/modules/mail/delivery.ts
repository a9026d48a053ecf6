import type { Finding } from '@dumont/contracts/finding';
import { found, proseOf } from '@dumont/contracts/findings';
import type { Clock } from '../../kernel/clock.ts';
import type { LeasedWork } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { MailRow, MailStore } from './mail-store.ts';
import type { Attempt, Smtp } from './smtp.ts';

/** After each failed attempt: some 16 hours in all, longer than a night in which nobody mends the server. */
const pausesSeconds = [10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800];
/** Lets a conversation that is about to succeed end before it is cut: fewer mails go out twice. */
const graceMs = 2000;
const recordPauseMs = 500;
const retentionMs = 400 * 24 * 3600 * 1000;

type Outcome = 'sent' | 'retried' | 'dead';

/** The leased work of delivering queued mails. */
export const createDelivery = (deps: {
  store: MailStore;
  smtp: Smtp;
  clock: Clock;
  random: Random;
  log: Logger;
  count(outcome: Outcome): void;
}): Pick<LeasedWork<MailRow>, 'claim' | 'renew' | 'work'> => {
  const { store, smtp, clock, log, count } = deps;

  const attempt = async (mail: MailRow, signal: AbortSignal): Promise<Attempt> => {
    const cut = new AbortController();
    const cutLater = (): void => void clock.sleep(graceMs, cut.signal).then(() => cut.abort());
    signal.addEventListener('abort', cutLater);
    try {
      const envelope = { ...mail, html: mail.html ?? undefined, date: mail.createdAt };
      return await smtp.deliver(envelope, cut.signal);
    } finally {
      signal.removeEventListener('abort', cutLater);
      cut.abort();
    }
  };

  const judge = (mail: MailRow, { result }: Attempt): Outcome => {
    if (result === 'sent') return 'sent';
    return result === 'refused' || mail.attempts > pausesSeconds.length ? 'dead' : 'retried';
  };

  const record = async (
    mail: MailRow,
    token: string,
    outcome: Outcome,
    explanation: Finding,
  ): Promise<boolean> => {
    const held = { id: mail.id, token };
    const now = clock.now();
    if (outcome !== 'retried') {
      return store.finish(held, { state: outcome, error: outcome === 'dead' ? explanation : null, now });
    }
    const pauseMs = (pausesSeconds[mail.attempts - 1] ?? 0) * 1000 * (0.8 + 0.4 * deps.random.float());
    return store.retry(held, { error: explanation, dueAt: new Date(now.getTime() + pauseMs) });
  };

  /** What the server took must be written down, though the database may be away for a moment. */
  const recordSurely = async (
    write: () => Promise<boolean>,
    mail: MailRow,
    signal: AbortSignal,
  ): Promise<boolean> => {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (signal.aborted) throw error;
        log.warn({ error, mail: mail.id }, 'the outcome of a mail could not be recorded; trying again');
        await clock.sleep(recordPauseMs, signal);
      }
    }
  };

  return {
    claim: (lease, limit) => store.claim(lease, limit),
    renew: (held, expiresAt) => store.renew(held, expiresAt),
    work: async (mail, { token, signal }) => {
      const exhausted = mail.attempts > pausesSeconds.length + 1;
      const answer: Attempt = exhausted
        ? { result: 'refused', explanation: found('mail.never_tried') }
        : await attempt(mail, signal);
      if (answer.result === 'failed' && signal.aborted) {
        await store.release({ id: mail.id, token });
        return;
      }
      const outcome = judge(mail, answer);
      if (!(await recordSurely(() => record(mail, token, outcome, answer.explanation), mail, signal))) {
        log.warn({ mail: mail.id }, 'the lease of a mail was lost before its outcome was recorded');
        return;
      }
      count(outcome);
      if (outcome === 'sent') log.info({ mail: mail.id }, 'mail sent');
      else log.warn({ mail: mail.id, outcome, reason: proseOf(answer.explanation) }, 'mail not delivered');
      await store.deleteFinishedBefore(new Date(clock.now().getTime() - retentionMs));
    },
  };
};
