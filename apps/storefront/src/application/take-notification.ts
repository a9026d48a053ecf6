import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { NotificationRequest, PaymentProvider } from './payment-provider.ts';
import type { PaymentStore } from './payment-store.ts';
import type { Signals } from './signals.ts';

export type TakeNotification = (request: NotificationRequest) => Promise<void>;

/**
 * Checks whose charge a notification is about and keeps it: the provider gets its answer at once, and the worker
 * asks for the truth. Throws NotificationRefused where it is not the provider's.
 */
export const createTakeNotification =
  (deps: {
    provider: Pick<PaymentProvider, 'readNotification'>;
    payments: Pick<PaymentStore, 'addNotification'>;
    clock: Clock;
    random: Random;
    signals: Signals;
  }): TakeNotification =>
  async (request) => {
    const now = deps.clock.now();
    const { externalId } = deps.provider.readNotification(request, now);
    await deps.payments.addNotification({ id: deps.random.id(), externalId, now });
    deps.signals.tell('work');
  };
