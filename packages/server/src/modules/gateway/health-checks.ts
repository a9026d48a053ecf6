import type { Finding } from '@dumont/contracts/finding';
import { request } from 'undici';
import type { Clock } from '../../kernel/clock.ts';
import type { CompiledRoute } from './plane/compiled-route.ts';
import { reasonOf } from './plane/forward.ts';
import type { Upstream } from './plane/upstream.ts';

const lookEveryMs = 250;

const checkAnswered = (status: number): Finding => ({ code: 'upstream.check_answered', params: { status } });
const checkLate: Finding = { code: 'upstream.check_late', params: {} };

/**
 * Asks upstreams whether they are well, each as often as its route says. It looks at the routes of the moment, so that
 * a change of them needs no word to it.
 */
export const startHealthChecks = (deps: {
  clock: Clock;
  routes: () => readonly CompiledRoute[];
}): AsyncDisposable => {
  const { clock } = deps;
  const stop = new AbortController();
  const dueMs = new WeakMap<Upstream, number>();
  const asking = new Set<Promise<void>>();

  const ask = async (
    upstream: Upstream,
    check: { readonly path: string; readonly timeoutSeconds: number },
  ): Promise<void> => {
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(check.timeoutSeconds * 1000)]);
    try {
      const { statusCode, body } = await request(new URL(check.path, upstream.url), {
        dispatcher: upstream.dispatcher,
        signal,
        headers: { 'user-agent': 'Dumont gateway (health check)' },
      });
      await body.dump();
      const ok = statusCode < 400;
      upstream.checked({ ok, reason: ok ? null : checkAnswered(statusCode) });
    } catch (error) {
      if (stop.signal.aborted) return;
      const late = signal.aborted ? checkLate : reasonOf(error);
      upstream.checked({ ok: false, reason: late });
    }
  };

  const running = (async () => {
    while (!stop.signal.aborted) {
      const nowMs = clock.elapsedMs();
      for (const { definition, upstreams } of deps.routes()) {
        const check = definition.healthCheck;
        if (check === null) continue;
        for (const upstream of upstreams) {
          if ((dueMs.get(upstream) ?? 0) > nowMs) continue;
          dueMs.set(upstream, nowMs + check.intervalSeconds * 1000);
          const asked = ask(upstream, check).finally(() => asking.delete(asked));
          asking.add(asked);
        }
      }
      await clock.sleep(lookEveryMs, stop.signal);
    }
    await Promise.all(asking);
  })();

  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
