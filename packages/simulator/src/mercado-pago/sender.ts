import type { Clock } from '../clock.ts';
import { drawHex } from '../cloud/draw.ts';
import type { Account } from './account.ts';
import type { Notification } from './notification.ts';
import { signNotification } from './signature.ts';
import type { Store } from './store.ts';

const timeoutMs = 22_000;
const atOnce = 64;
const minuteMs = 60_000;
/** Every 15 minutes, after the third try less often, at last not any more. */
const retryMs = [15, 15, 15, 60, 60, 240, 240].map((minutes) => minutes * minuteMs);

export interface Sender {
  /** Starts to send what is due and not under way. */
  sendDue(): void;
  /** What waits is due now. */
  hurry(): void;
  /** When the next one can go; undefined where that is not a matter of time. */
  nextDueMs(): number | undefined;
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>;
}

export interface SenderOptions {
  readonly account: Account;
  readonly store: Store;
  readonly seed: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A sending is over: the next one of its order may go. */
  readonly onSent: () => void;
}

/** Sends notifications until each was answered with 200 or 201: those of an order one after the other. */
export const createSender = ({ account, store, seed, clock, signal, onSent }: SenderOptions): Sender => {
  const underWay = new Map<string, Promise<void>>();
  const nowMs = (): number => clock.now().getTime();

  const post = async (notification: Notification): Promise<number | string> => {
    const requestId = drawHex(32, seed, 'request', notification.number, notification.sent);
    const secret = notification.isForged ? `not ${account.webhookSecret}` : account.webhookSecret;
    try {
      const response = await fetch(notification.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'restclient-node/4.15.3',
          'x-request-id': requestId,
          'x-retry': String(notification.sent),
          'x-signature': signNotification(secret, {
            dataId: notification.dataId,
            requestId,
            atMs: nowMs(),
          }),
        },
        body: notification.body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      return error instanceof Error ? error.name : 'Error';
    }
  };

  const send = async (notification: Notification): Promise<void> => {
    const outcome = await post(notification);
    // Ended in between: it is sent once more after the next start.
    if (signal.aborted) return;
    const sent = notification.sent + 1;
    const waitMs = retryMs[notification.sent];
    const state = waitMs === undefined ? 'abandoned' : 'waiting';
    store.save({
      ...notification,
      sent,
      outcome,
      state: outcome === 200 || outcome === 201 ? 'delivered' : state,
      dueMs: nowMs() + (waitMs ?? 0),
    });
  };

  return {
    sendDue: () => {
      const due = store
        .waiting()
        .filter(({ dueMs }) => dueMs <= nowMs())
        .toSorted((one, other) => one.dueMs - other.dueMs || one.number - other.number);
      for (const notification of due) {
        if (underWay.size >= atOnce) return;
        const { orderId } = notification;
        if (underWay.has(orderId)) continue;
        const sending = send(notification).finally(() => {
          underWay.delete(orderId);
          onSent();
        });
        underWay.set(orderId, sending);
      }
    },
    hurry: () => {
      const waiting = store.waiting().map((each) => ({ ...each, isHeld: false, dueMs: nowMs() }));
      store.save(...waiting);
    },
    nextDueMs: () => {
      if (underWay.size >= atOnce) return undefined;
      const due = store.waiting().flatMap(({ orderId, dueMs }) => (underWay.has(orderId) ? [] : [dueMs]));
      return due.length === 0 ? undefined : Math.min(...due);
    },
    settle: async () => {
      await Promise.all(underWay.values());
    },
  };
};
