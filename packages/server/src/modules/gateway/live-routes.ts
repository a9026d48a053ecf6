import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { systemScope } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Notifications } from '../../kernel/db/notifications.ts';
import type { Logger } from '../../kernel/log.ts';
import { sleepUnless } from '../../kernel/sleep-unless.ts';
import { gatewayChannel, type RouteReader } from './route-store.ts';

/** A change that no notification told of, because the connection was broken, is found after this time. */
const reloadMs = 10_000;

export interface LiveRoutes extends AsyncDisposable {
  /** Resolves when the routes that are stored by now are served here. */
  refresh(): Promise<void>;
}

/** Serves the routes of the moment, from now on: told of by notifications, and looked for now and then. */
export const startLiveRoutes = async (
  serve: (routes: readonly GatewayRoute[]) => Promise<void>,
  deps: { reader: RouteReader; clock: Clock; log: Logger; notifications: Notifications },
): Promise<LiveRoutes> => {
  const stop = new AbortController();
  let woken = Promise.withResolvers<void>();
  let served = '';
  const load = async (): Promise<void> => {
    const routes = await deps.reader.list(systemScope);
    // Loading anew would forget nothing, but what is not loaded need not be compiled.
    const text = JSON.stringify(routes);
    if (text === served) return;
    await serve(routes);
    served = text;
  };
  let turn = Promise.resolve();
  /** One after the other: what was read first is served first. */
  const refresh = (): Promise<void> => {
    turn = turn.catch(() => undefined).then(load);
    return turn;
  };
  // Before the first look: what changes in between is looked for again.
  const endListening = deps.notifications.listen(gatewayChannel, () => woken.resolve());
  await refresh();
  const following = (async () => {
    while (!stop.signal.aborted) {
      await sleepUnless(deps.clock, reloadMs, woken.promise, stop.signal);
      woken = Promise.withResolvers<void>();
      if (stop.signal.aborted) return;
      await refresh().catch((error: unknown) => {
        deps.log.warn({ error }, 'routes could not be read; the gateway goes on with those that it has');
      });
    }
  })();
  return {
    refresh,
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      endListening();
      await following;
    },
  };
};
