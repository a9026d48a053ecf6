import type { Server } from 'node:net';
import type { Logger } from '../../../kernel/log.ts';
import type { Random } from '../../../kernel/random.ts';
import { createLimitMemory } from '../plane/limit-windows.ts';
import type { ListenAt } from '../plane/plane.ts';
import type { UpstreamState } from '../plane/upstream.ts';
import type { PlaneCalls, PlaneSettings, RouteHealth, ServerCalls } from './calls.ts';
import { startThread } from './one-thread.ts';

/**
 * The data plane in threads of its own: what the server does otherwise keeps no request waiting, nor does a request it.
 * They listen at one port, between which the host divides connections, and count limits together; each has connections
 * to upstreams and finds out for itself how these are.
 */
export interface DataPlane
  extends AsyncDisposable, Pick<PlaneCalls, 'load' | 'find' | 'drainCounts' | 'learnCounts' | 'forget'> {
  /** Throws what `listen` of `node:net` does. */
  listen(at: ListenAt): Promise<void>;
  /** Where it listens. */
  readonly server: Pick<Server, 'address'>;
  /** For how long each thread had something to do: as long as the clock says where it has no time left. */
  busyMs(): readonly number[];
}

/** What one thread found wrong is so, however the others have fared; the worst comes last. */
const byWeight: readonly UpstreamState[] = ['unknown', 'healthy', 'unhealthy', 'open'];

const worstOf = (all: readonly (readonly RouteHealth[])[]): readonly RouteHealth[] => {
  const worst = new Map<string, RouteHealth>();
  for (const each of all.flat()) {
    const key = `${each.routeId} ${each.url}`;
    const known = worst.get(key);
    if (known === undefined || byWeight.indexOf(each.state) > byWeight.indexOf(known.state))
      worst.set(key, each);
  }
  return [...worst.values()];
};

export const startDataPlane = (
  { threads: count, ...settings }: Omit<PlaneSettings, 'limitMemory'>,
  deps: { readonly log: Logger; readonly random: Random; readonly calls: Omit<ServerCalls, 'log'> },
): DataPlane => {
  const { report } = deps.calls;
  const limitMemory = createLimitMemory(deps.random);
  const health: (readonly RouteHealth[])[] = [];
  const threads = Array.from({ length: count }, (_, index) =>
    startThread(
      { ...settings, threads: count, limitMemory },
      {
        log: deps.log,
        calls: {
          ...deps.calls,
          report: (told) => {
            if (told.health !== undefined) health[index] = told.health;
            report({ ...told, health: told.health && worstOf(health) });
          },
        },
      },
    ),
  );
  // There is one at least.
  const first = threads[0] as (typeof threads)[number];
  let address: ReturnType<Server['address']> = null;
  return {
    load: async (routes) => void (await Promise.all(threads.map((each) => each.load(routes)))),
    find: first.find,
    drainCounts: async (isAlone) =>
      (await Promise.all(threads.map((each) => each.drainCounts(isAlone)))).flat(),
    learnCounts: first.learnCounts,
    forget: (change) => threads.forEach((each) => each.forget(change)),
    listen: async (at) => {
      address = await first.listen(at);
      const port = typeof address === 'object' ? address?.port : undefined;
      if ('host' in at && port !== undefined)
        await Promise.all(threads.slice(1).map((each) => each.listen({ host: at.host, port })));
    },
    server: { address: () => address },
    busyMs: () => threads.map((each) => each.busyMs()),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(threads.map((each) => each[Symbol.asyncDispose]()));
    },
  };
};
