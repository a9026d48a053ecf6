import type { Executor } from '../../kernel/db/database.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import { notify } from '../../kernel/db/notify.ts';

/** What was changed that replicas remember: a user's rights, one session or token, or more than can be named. */
export type Change = `user:${string}` | `session:${string}` | 'everyone' | 'keys';

const channel = 'identity';

/** Tells every replica, this one too, once the transaction has committed. */
export const announce = (executor: Executor, change: Change): Promise<void> =>
  notify(executor, channel, change);

/** Calls `handler` for changes of every replica, and with undefined after a gap in which any may have been missed. */
export const listenToChanges = (
  notifications: Notifications,
  handler: (change: Change | undefined) => void,
): (() => void) => notifications.listen(channel, (payload) => handler(payload as Change | undefined));

/** Calls `handler` for a user who was changed, and with undefined where any may have been. */
export const listenToUsers = (
  notifications: Notifications,
  handler: (userId: string | undefined) => void,
): (() => void) =>
  listenToChanges(notifications, (change) => {
    if (change === undefined || change === 'everyone') handler(undefined);
    else if (change.startsWith('user:')) handler(change.slice('user:'.length));
  });
