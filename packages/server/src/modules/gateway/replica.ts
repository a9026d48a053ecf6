import { hostname } from 'node:os';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ReplicaStore } from './replica-store.ts';
import type { PlaneCalls, RouteHealth } from './thread/calls.ts';
import type { Traffic } from './traffic.ts';

const beatMs = 2000;
/** A replica that was not seen for so long is not counted, and what it said of upstreams not shown. */
export const liveMs = 10_000;
/** How far apart replicas may be about a limit. */
const shareMs = 200;
const tidyMs = 60_000;
const trafficKeptMs = 7 * 24 * 60 * 60_000;

/** Tells what this replica of the gateway counted and saw, and learns what the others counted. */
export const startReplica = (deps: {
  id: string;
  plane: Pick<PlaneCalls, 'drainCounts' | 'learnCounts'>;
  store: ReplicaStore;
  traffic: Pick<Traffic, 'take'>;
  /** Another list where anything of it changed. */
  health: () => readonly RouteHealth[];
  clock: Clock;
  log: Logger;
}): AsyncDisposable => {
  const { plane, store, clock } = deps;
  const stop = new AbortController();
  let isAlone = true;
  let hasFailed = false;
  /** While nothing changes, it is told now and then only: others may have taken us for gone, and it with us. */
  let toldHealth: readonly RouteHealth[] | undefined;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  const guarded = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      hasFailed = false;
    } catch (error) {
      // The gateway goes on without the database: its routes are in memory.
      if (!hasFailed) deps.log.warn({ error }, 'the gateway could not tell what it counted; trying again');
      hasFailed = true;
    }
  };
  const beat = async (): Promise<void> => {
    const now = clock.now();
    const name = `${hostname()} ${deps.id.slice(-6)}`;
    isAlone = (await store.beat({ id: deps.id, name }, now, new Date(now.getTime() - liveMs))) === 1;
    await store.addTraffic(deps.traffic.take());
    const health = deps.health();
    const isFresh = clock.elapsedMs() - toldAtMs < tidyMs;
    if (health === toldHealth && isFresh) return;
    await store.saveHealth(deps.id, health);
    toldHealth = health;
    toldAtMs = clock.elapsedMs();
  };
  const share = async (): Promise<void> => {
    const counts = await plane.drainCounts(isAlone);
    if (counts.length > 0) plane.learnCounts(await store.shareCounts(counts));
  };
  const tidy = (): Promise<void> => {
    const nowMs = clock.now().getTime();
    return store.tidy(new Date(nowMs), new Date(nowMs - trafficKeptMs), new Date(nowMs - tidyMs));
  };

  const every = async (ms: number, work: () => Promise<void>): Promise<void> => {
    while (!stop.signal.aborted) {
      await guarded(work);
      await clock.sleep(ms, stop.signal);
    }
  };
  const running = Promise.all([every(beatMs, beat), every(shareMs, share), every(tidyMs, tidy)]);

  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
      await guarded(async () => {
        await store.addTraffic(deps.traffic.take());
        await store.leave(deps.id);
      });
    },
  };
};
