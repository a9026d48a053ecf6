import type { Clock } from '../../kernel/clock.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Channel } from '../../kernel/events/socket.ts';
import type { Outlet } from '../../kernel/events/outlet.ts';
import { isStaff } from './service.ts';

/** As the ordering service wakes its own replicas when an order moves on, in the database that we share. */
const wakeUp = 'storefront_boards';
/** A busy kitchen is told of this often, not of each order. */
const gatherMs = 250;
const topic = 'orders';

export interface LiveOrders extends AsyncDisposable {
  readonly channel: Channel;
}

/**
 * Tells open consoles that orders moved on. It is a hint that carries nothing and may be lost: they read the orders
 * from the service, and read them now and then without being told.
 */
export const createLiveOrders = (deps: {
  readonly notifications: Pick<Notifications, 'listen'>;
  readonly clock: Clock;
  readonly projectId: string;
}): LiveOrders => {
  const watchers = new Set<Outlet>();
  const stop = new AbortController();
  let telling: Promise<void> | undefined;

  const tell = async (): Promise<void> => {
    await deps.clock.sleep(gatherMs, stop.signal);
    telling = undefined;
    for (const outlet of watchers) outlet.send({ type: 'orders', seq: 0 });
  };
  const unlisten = deps.notifications.listen(wakeUp, () => {
    if (watchers.size > 0) telling ??= tell();
  });

  return {
    channel: {
      pattern: /^orders$/,
      open: async (caller, _id, { after }, outlet) => {
        // Who may not see orders hears of none.
        if (isStaff(caller, deps.projectId)) watchers.add(outlet);
        if (after !== undefined) outlet.send({ type: 'reset', topic, seq: 0, epoch: '' });
        outlet.send({ type: 'subscribed', topic, seq: 0 });
        return () => {
          watchers.delete(outlet);
        };
      },
    },
    [Symbol.asyncDispose]: async () => {
      unlisten();
      stop.abort();
      await telling;
    },
  };
};
