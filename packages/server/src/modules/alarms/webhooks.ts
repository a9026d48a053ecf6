import type { Finding } from '@dumont/contracts/finding';
import { found, proseOf } from '@dumont/contracts/findings';
import type { Locale } from '@dumont/contracts/identity/auth';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { LeasedWork } from '../../kernel/lease/leased-worker.ts';
import type { Logger } from '../../kernel/log.ts';
import { OutboundFailure, type Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import { webhookBody, type WebhookBody } from './message.ts';
import type { ClaimedNotification, NotificationStore } from './notification-store.ts';

export interface WebhookAnswer {
  readonly result: 'sent' | 'failed' | 'refused';
  readonly explanation: Finding;
}

/**
 * Posts a notification once. `refused` is for good: the target answered that it will not have it, or it may not
 * be called. Redirects are not followed: a POST would arrive as a GET, and look delivered.
 */
export const postWebhook = async (
  outbound: Outbound,
  target: string,
  body: WebhookBody,
  signal?: AbortSignal,
): Promise<WebhookAnswer> => {
  try {
    const { status } = await outbound.request(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dumont-delivery': body.deliveryId },
      body: JSON.stringify(body),
      timeoutMs: 10_000,
      maxBytes: 65_536,
      ...(signal === undefined ? {} : { signal }),
    });
    const isRedirect = status >= 300 && status < 400;
    const explanation = found(isRedirect ? 'delivery.redirects' : 'delivery.answered', { status });
    if (status >= 200 && status < 300) return { result: 'sent', explanation };
    return { result: mayPass(status) ? 'failed' : 'refused', explanation };
  } catch (error) {
    if (error instanceof AppError) return { result: 'refused', explanation: found(error.code, error.params) };
    if (error instanceof OutboundFailure)
      return { result: 'failed', explanation: found('delivery.no_answer', { reason: error.reason }) };
    throw error;
  }
};

/** 408, 425 and 429 ask to come back later, as every 5xx does. */
const mayPass = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/** After each failed attempt: some 8 hours in all. Later nobody needs to be told. */
const pausesSeconds = [10, 30, 60, 300, 900, 1800, 3600, 7200, 14_400];

/** The leased work of posting notifications to webhooks. */
export const createWebhookDelivery = (deps: {
  store: NotificationStore;
  outbound: Outbound;
  clock: Clock;
  random: Random;
  log: Logger;
  publicUrl: string | undefined;
  language: Locale;
}): Pick<LeasedWork<ClaimedNotification>, 'claim' | 'renew' | 'work'> => {
  const { store, clock } = deps;
  return {
    claim: (lease, limit) => store.claim(lease, limit),
    renew: (held, expiresAt) => store.renew(held, expiresAt),
    work: async (notification, { token, signal }) => {
      const row = { id: notification.id, token };
      const body = webhookBody({
        type: `alarm.${notification.about}`,
        deliveryId: notification.id,
        alarm: notification.alarm,
        publicUrl: deps.publicUrl,
        language: deps.language,
      });
      const { result, explanation } = await postWebhook(deps.outbound, notification.target, body, signal);
      const pauseSeconds = pausesSeconds[notification.attempts - 1];
      if (result === 'sent') await store.finish(row, { state: 'sent', error: null });
      else if (signal.aborted && result === 'failed') await store.release(row);
      else if (result === 'refused' || pauseSeconds === undefined) {
        await store.finish(row, { state: 'failed', error: explanation });
        deps.log.warn({ notification: row.id, reason: proseOf(explanation) }, 'a webhook was given up');
      } else {
        const pauseMs = pauseSeconds * 1000 * (0.8 + 0.4 * deps.random.float());
        await store.retry(row, { error: explanation, dueAt: new Date(clock.now().getTime() + pauseMs) });
      }
    },
  };
};
