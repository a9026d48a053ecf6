import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Outlet } from '../../kernel/events/outlet.ts';
import type { Logger } from '../../kernel/log.ts';
import type { LogStore } from './log-store.ts';

/**
 * Live logs of this replica. A watcher is either live (it gets each batch, serialised once for all) or
 * catching up from the database; a slow one falls back to catching up, so that nothing is lost and nothing
 * piles up.
 */
export interface LogHub extends Disposable {
  /** Lines just committed by a worker of this process. */
  publish(runId: string, lines: readonly LogLine[]): void;
  watch(runId: string, after: number, outlet: Outlet): () => void;
}

export const logChannel = 'dumont_logs';
const pageSize = 1000;
const catchUpBytes = 1024 * 1024;

interface Watcher {
  readonly outlet: Outlet;
  cursor: number;
  isCatchingUp: boolean;
  ended: boolean;
}

interface Follower {
  lastSeq: number;
  readonly watchers: Set<Watcher>;
}

export const createLogHub = (deps: {
  store: LogStore;
  notifications: Notifications;
  log: Logger;
}): LogHub => {
  const followers = new Map<string, Follower>();

  const textOf = (runId: string, lines: readonly LogLine[]): string =>
    JSON.stringify({ type: 'log', payload: { runId, lines }, seq: lines.at(-1)?.seq ?? 0 });

  const catchUp = async (runId: string, follower: Follower, watcher: Watcher): Promise<void> => {
    watcher.isCatchingUp = true;
    try {
      while (!watcher.ended && !watcher.outlet.closed) {
        await watcher.outlet.drained();
        const { lines } = await deps.store.read(runId, { after: watcher.cursor, limit: pageSize });
        const last = lines.at(-1);
        if (last === undefined) {
          // Nothing was published while we read the end: from here on it is live.
          if (watcher.cursor >= follower.lastSeq) break;
          continue;
        }
        if (watcher.ended) break;
        watcher.outlet.sendText(textOf(runId, lines));
        watcher.cursor = last.seq;
        follower.lastSeq = Math.max(follower.lastSeq, last.seq);
      }
    } catch (error) {
      deps.log.warn({ error, runId }, 'reading a log for a watcher failed');
    } finally {
      watcher.isCatchingUp = false;
    }
  };

  const publish = (runId: string, lines: readonly LogLine[]): void => {
    const follower = followers.get(runId);
    const last = lines.at(-1)?.seq;
    const first = lines[0]?.seq;
    if (follower === undefined || last === undefined || first === undefined) return;
    follower.lastSeq = Math.max(follower.lastSeq, last);
    let text: string | undefined;
    for (const watcher of follower.watchers) {
      if (watcher.isCatchingUp || watcher.cursor >= last) continue;
      const isNext = watcher.cursor === first - 1;
      if (isNext && watcher.outlet.pendingBytes < catchUpBytes) {
        watcher.outlet.sendText((text ??= textOf(runId, lines)));
        watcher.cursor = last;
      } else {
        void catchUp(runId, follower, watcher);
      }
    }
  };

  const refresh = (runId: string, follower: Follower): void => {
    for (const watcher of follower.watchers)
      if (!watcher.isCatchingUp) void catchUp(runId, follower, watcher);
  };

  // Other replicas say `<run id> <last seq>`; after a gap in the connection anything may have happened.
  const unlisten = deps.notifications.listen(logChannel, (payload) => {
    if (payload === undefined) {
      for (const [runId, follower] of followers) refresh(runId, follower);
      return;
    }
    const [runId = '', seq] = payload.split(' ');
    const follower = followers.get(runId);
    if (follower !== undefined && Number(seq) > follower.lastSeq) refresh(runId, follower);
  });

  return {
    publish,
    watch: (runId, after, outlet) => {
      const follower = followers.get(runId) ?? { lastSeq: 0, watchers: new Set<Watcher>() };
      followers.set(runId, follower);
      const watcher: Watcher = { outlet, cursor: after, isCatchingUp: false, ended: false };
      follower.watchers.add(watcher);
      void catchUp(runId, follower, watcher);
      return () => {
        watcher.ended = true;
        follower.watchers.delete(watcher);
        if (follower.watchers.size === 0) followers.delete(runId);
      };
    },
    [Symbol.dispose]: unlisten,
  };
};
