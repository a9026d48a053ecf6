import { deflateRawSync } from 'node:zlib';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Outlet } from '../../kernel/events/outlet.ts';
import type { Logger } from '../../kernel/log.ts';
import type { LogStore } from './log-store.ts';

/**
 * Live logs of this replica. The last batches of a watched run are kept as they go over the wire, serialised
 * once for all watchers. Each watcher reads at its own pace: from those batches while it is near, from the
 * database when it is not. Nothing is lost, and nothing piles up for a slow one.
 */
export interface LogHub extends Disposable {
  /** Lines just committed by a worker of this process. */
  publish(runId: string, lines: readonly LogLine[]): void;
  /** `compress`: larger batches come as binary frames of raw DEFLATE over the same JSON. */
  watch(runId: string, after: number, outlet: Outlet, compress: boolean): () => void;
}

export const logChannel = 'dumont_logs';
const pageSize = 2000;
/** Of recent batches, as serialised; some seconds of a flood. */
const recentBytes = 16 * 1024 * 1024;
/** Below it a frame of its own costs more than compression saves. */
const compressFromBytes = 1024;

interface Batch {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly json: Buffer;
  deflated: Buffer | undefined;
}

interface Watcher {
  readonly outlet: Outlet;
  readonly compress: boolean;
  cursor: number;
  isSending: boolean;
  /** To look into the database even where nothing is known to be new. */
  mustLook: boolean;
  ended: boolean;
}

interface Follower {
  /** The last line known to be committed. */
  lastSeq: number;
  readonly recent: Batch[];
  recentBytes: number;
  readonly watchers: Set<Watcher>;
  /** Reads under way by where they start: watchers that come together read together. */
  readonly reads: Map<number, Promise<Batch | undefined>>;
}

const toBatch = (runId: string, lines: readonly LogLine[]): Batch | undefined => {
  const firstSeq = lines[0]?.seq;
  const lastSeq = lines.at(-1)?.seq;
  if (firstSeq === undefined || lastSeq === undefined) return undefined;
  const json = Buffer.from(JSON.stringify({ type: 'log', payload: { runId, lines }, seq: lastSeq }));
  return { firstSeq, lastSeq, json, deflated: undefined };
};

export const createLogHub = (deps: {
  store: LogStore;
  notifications: Notifications;
  log: Logger;
}): LogHub => {
  const followers = new Map<string, Follower>();

  const remember = (follower: Follower, batch: Batch): void => {
    const last = follower.recent.at(-1);
    if (last !== undefined && last.lastSeq + 1 !== batch.firstSeq) {
      follower.recent.length = 0;
      follower.recentBytes = 0;
    }
    follower.recent.push(batch);
    follower.recentBytes += batch.json.length;
    while (follower.recentBytes > recentBytes && follower.recent.length > 1) {
      follower.recentBytes -= follower.recent.shift()?.json.length ?? 0;
    }
  };

  const readBatch = async (runId: string, follower: Follower, cursor: number): Promise<Batch | undefined> => {
    const { lines } = await deps.store.read(runId, { after: cursor, limit: pageSize });
    // Up to where memory takes over, so that the next batch is one of those.
    const edge = follower.recent.find((batch) => batch.firstSeq > cursor + 1)?.firstSeq ?? Infinity;
    return toBatch(
      runId,
      lines.filter((line) => line.seq < edge),
    );
  };

  /** The batch that goes on where the watcher is, from memory or from the database. */
  const nextBatch = async (runId: string, follower: Follower, cursor: number): Promise<Batch | undefined> => {
    const recent = follower.recent.find((batch) => batch.firstSeq === cursor + 1);
    if (recent !== undefined) return recent;
    let reading = follower.reads.get(cursor);
    if (reading === undefined) {
      reading = readBatch(runId, follower, cursor).finally(() => follower.reads.delete(cursor));
      follower.reads.set(cursor, reading);
    }
    return reading;
  };

  const send = (watcher: Watcher, batch: Batch): void => {
    if (watcher.compress && batch.json.length >= compressFromBytes) {
      batch.deflated ??= deflateRawSync(batch.json, { level: 1 });
      watcher.outlet.sendBytes(batch.deflated);
    } else {
      watcher.outlet.sendText(batch.json);
    }
    watcher.cursor = batch.lastSeq;
  };

  const pump = async (runId: string, follower: Follower, watcher: Watcher): Promise<void> => {
    if (watcher.isSending) return;
    watcher.isSending = true;
    try {
      let isRepeated = false;
      while (watcher.mustLook || watcher.cursor < follower.lastSeq) {
        await watcher.outlet.drained();
        if (watcher.ended || watcher.outlet.closed) return;
        const isLook = watcher.mustLook;
        watcher.mustLook = false;
        const batch = await nextBatch(runId, follower, watcher.cursor);
        if (batch === undefined) {
          // The read may be one that began before what we were told of was committed: once more, then it is gone.
          if (!isLook && isRepeated) return;
          isRepeated = !isLook;
          continue;
        }
        isRepeated = false;
        watcher.mustLook ||= isLook;
        if (watcher.ended) return;
        send(watcher, batch);
        follower.lastSeq = Math.max(follower.lastSeq, batch.lastSeq);
      }
    } catch (error) {
      deps.log.warn({ error, runId }, 'sending a log to a watcher failed');
    } finally {
      watcher.isSending = false;
    }
  };

  const wakeAll = (runId: string, follower: Follower, mustLook: boolean): void => {
    for (const watcher of follower.watchers) {
      watcher.mustLook ||= mustLook;
      void pump(runId, follower, watcher);
    }
  };

  // Other replicas say `<run id> <last seq>`; after a gap in the connection anything may have happened.
  const unlisten = deps.notifications.listen(logChannel, (payload) => {
    if (payload === undefined) {
      for (const [runId, follower] of followers) wakeAll(runId, follower, true);
      return;
    }
    const [runId = '', seq] = payload.split(' ');
    const follower = followers.get(runId);
    if (follower === undefined || Number(seq) <= follower.lastSeq) return;
    follower.lastSeq = Number(seq);
    wakeAll(runId, follower, false);
  });

  return {
    publish: (runId, lines) => {
      const follower = followers.get(runId);
      const batch = follower === undefined ? undefined : toBatch(runId, lines);
      if (follower === undefined || batch === undefined) return;
      remember(follower, batch);
      follower.lastSeq = Math.max(follower.lastSeq, batch.lastSeq);
      for (const watcher of follower.watchers) {
        // The common case without a turn of the event loop: at the end, and reading fast enough.
        if (!watcher.isSending && watcher.cursor === batch.firstSeq - 1 && watcher.outlet.isDrained) {
          send(watcher, batch);
        } else {
          void pump(runId, follower, watcher);
        }
      }
    },
    watch: (runId, after, outlet, compress) => {
      const follower = followers.get(runId) ?? {
        lastSeq: 0,
        recent: [],
        recentBytes: 0,
        watchers: new Set<Watcher>(),
        reads: new Map(),
      };
      followers.set(runId, follower);
      // A new watcher looks into the database at least once: it may know more than we heard of.
      const watcher: Watcher = {
        outlet,
        compress,
        cursor: after,
        isSending: false,
        mustLook: true,
        ended: false,
      };
      follower.watchers.add(watcher);
      void pump(runId, follower, watcher);
      return () => {
        watcher.ended = true;
        follower.watchers.delete(watcher);
        if (follower.watchers.size === 0) followers.delete(runId);
      };
    },
    [Symbol.dispose]: unlisten,
  };
};
