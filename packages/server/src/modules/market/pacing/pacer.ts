import type { Clock } from '../../../kernel/clock.ts';
import type { ProviderCall } from '../providers/provider.ts';
import type { ProviderResponse, Send } from '../providers/transport.ts';
import type { PaceStore } from './pace-store.ts';

/**
 * Keeps the provider's least intervals for one account, over all replicas. Each lane (calls that the provider counts
 * together) has a moment when it is free again, as a row; a request takes the next one and waits for it.
 */
export interface Pacer extends AsyncDisposable {
  /** The same transport, each request in its turn. `background` ones let all others of their lane go first. */
  paced(send: Send, background: boolean): Send;
}

/** Calls that are one address and method of the provider. */
const lanes: Partial<Record<ProviderCall, string>> = { start: 'state', stop: 'state', label: 'state' };
const laneOf = (call: ProviderCall): string => lanes[call] ?? call;

/** Where several wait in one lane, and whom a free moment goes to first. */
const order: readonly ProviderCall[] = ['destroy', 'create', 'list', 'find', 'stop', 'start', 'label'];
const urgencyOf = (call: ProviderCall): number => {
  const index = order.indexOf(call);
  return index === -1 ? order.length : index;
};
const backgroundUrgency = order.length + 1;

/** Two requests that leave in time may arrive closer together. */
const jitterMs = 250;
/** How long the provider wants to be left alone after a call that came too early. */
const penaltyMs: Partial<Record<ProviderCall, number>> = { create: 12_000 };
const maxBackOffMs = 120_000;

interface Waiting {
  readonly call: ProviderCall;
  readonly urgency: number;
  go(refusals: number): void;
  fail(error: unknown): void;
}

export const createPacer = (deps: {
  accountId: string;
  intervals: Readonly<Record<ProviderCall, number>>;
  store: PaceStore;
  clock: Clock;
}): Pacer => {
  const { accountId, intervals, store, clock } = deps;
  const stop = new AbortController();
  const queues = new Map<string, { readonly waiting: Set<Waiting>; running: Promise<void> | undefined }>();

  const intervalOf = (lane: string): number =>
    jitterMs +
    Math.max(
      ...(Object.keys(intervals) as ProviderCall[])
        .filter((call) => laneOf(call) === lane)
        .map((call) => intervals[call]),
    );

  const serve = async (lane: string, waiting: Set<Waiting>): Promise<void> => {
    const intervalMs = intervalOf(lane);
    while (waiting.size > 0 && !stop.signal.aborted) {
      try {
        const slot = await store.reserve(accountId, lane, intervalMs, clock.now());
        await clock.sleep(slot.at.getTime() - clock.now().getTime(), stop.signal);
        // Chosen only now: who came meanwhile may be more urgent, and who has given up wants nothing.
        const next = [...waiting].toSorted((a, b) => a.urgency - b.urgency)[0];
        if (next === undefined || stop.signal.aborted) continue;
        waiting.delete(next);
        next.go(slot.refusals);
      } catch (error) {
        for (const each of waiting) each.fail(error);
        waiting.clear();
      }
    }
  };

  const wait = (call: ProviderCall, urgency: number, signal: AbortSignal): Promise<number> => {
    signal.throwIfAborted();
    stop.signal.throwIfAborted();
    const lane = laneOf(call);
    const queue = queues.get(lane) ?? { waiting: new Set<Waiting>(), running: undefined };
    queues.set(lane, queue);
    const turn = Promise.withResolvers<number>();
    const entry: Waiting = { call, urgency, go: turn.resolve, fail: turn.reject };
    const giveUp = (): void => {
      queue.waiting.delete(entry);
      turn.reject((signal.aborted ? signal : stop.signal).reason as Error);
    };
    signal.addEventListener('abort', giveUp);
    stop.signal.addEventListener('abort', giveUp);
    queue.waiting.add(entry);
    queue.running ??= serve(lane, queue.waiting).finally(() => {
      queue.running = undefined;
    });
    return turn.promise.finally(() => {
      signal.removeEventListener('abort', giveUp);
      stop.signal.removeEventListener('abort', giveUp);
    });
  };

  const learn = async (call: ProviderCall, response: ProviderResponse, refusals: number): Promise<void> => {
    const lane = laneOf(call);
    if (response.status !== 429) {
      if (refusals > 0) await store.clearRefusals(accountId, lane);
      return;
    }
    const leastMs = Math.max(penaltyMs[call] ?? 0, intervalOf(lane));
    const backOffMs = Math.min(maxBackOffMs, leastMs * 2 ** refusals) + jitterMs;
    await store.pushOut(accountId, lane, new Date(clock.now().getTime() + backOffMs));
  };

  return {
    paced: (send, background) => async (request, signal) => {
      const urgency = background ? backgroundUrgency : urgencyOf(request.call);
      const refusals = await wait(request.call, urgency, signal);
      const response = await send(request, signal);
      // What the provider answered (that it rented something) is worth more than what is to be learnt from it.
      await learn(request.call, response, refusals).catch(() => undefined);
      return response;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error('the server stops'));
      await Promise.all([...queues.values()].map(({ running }) => running ?? Promise.resolve()));
    },
  };
};
