import type { Notifications } from '../../kernel/db/notifications.ts';

/** What was changed that replicas remember: a user's rights, one session or token, or more than can be named. */
export type Change = `user:${string}` | `session:${string}` | 'everyone' | 'keys';

export const changeChannel = 'identity';

/** Calls `handler` for changes of every replica, and with undefined after a gap in which any may have been missed. */
export const listenToChanges = (
  notifications: Notifications,
  handler: (change: Change | undefined) => void,
): (() => void) => notifications.listen(changeChannel, (payload) => handler(payload as Change | undefined));
