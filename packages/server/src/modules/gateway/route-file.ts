import { readFile } from 'node:fs/promises';
import { RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { ConfigError } from '../../kernel/config/settings.ts';
import type { Logger } from '../../kernel/log.ts';
import type { SystemRoute } from './system-routes.ts';

const RouteFile = z
  .strictObject({ routes: z.array(RouteDefinition).max(1000) })
  .superRefine((file, context) => {
    const names = new Set<string>();
    for (const [index, { name }] of file.routes.entries()) {
      if (names.has(name))
        context.addIssue({
          code: 'custom',
          path: ['routes', index, 'name'],
          message: 'is another route’s too',
        });
      names.add(name);
    }
  });

const lookEveryMs = 1000;

/** The routes of a file, YAML or JSON. Throws `ConfigError` with everything that is wrong. */
const readRoutes = (path: string, text: string): readonly SystemRoute[] => {
  let content: unknown;
  try {
    content = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new ConfigError(`DUMONT_GATEWAY_ROUTES: ${path} is not YAML: ${(cause as Error).message}`, {
      cause,
    });
  }
  const read = RouteFile.safeParse(content);
  if (read.success) return read.data.routes;
  const faults = read.error.issues.map(({ path: at, message }) => `  ${at.join('.')}: ${message}`);
  throw new ConfigError([`DUMONT_GATEWAY_ROUTES: ${path} cannot be used:`, ...faults].join('\n'));
};

/**
 * Keeps the gateway's routes as a file of the operator says, also when it changes. A file that is wrong at the start is
 * a `ConfigError`; one that becomes wrong is told in the log, and the routes stay as they are.
 */
export const followRouteFile = async (
  path: string,
  deps: {
    readonly keep: (routes: readonly SystemRoute[]) => Promise<void>;
    readonly clock: Clock;
    readonly log: Logger;
  },
): Promise<AsyncDisposable> => {
  const read = (): Promise<string> =>
    readFile(path, 'utf8').catch((cause: unknown) => {
      throw new ConfigError(`DUMONT_GATEWAY_ROUTES: ${path} cannot be read.`, { cause });
    });
  let text = await read();
  await deps.keep(readRoutes(path, text));

  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      await deps.clock.sleep(lookEveryMs, stop.signal);
      if (stop.signal.aborted) return;
      try {
        const next = await read();
        if (next === text) continue;
        text = next;
        await deps.keep(readRoutes(path, next));
        deps.log.info({ path }, 'the routes are those of the changed file');
      } catch (error) {
        if (error instanceof ConfigError) deps.log.error({ error }, 'the file of routes is not followed');
        // Whatever kept us from writing them: the file is looked at again as if it had just changed.
        else {
          text = '';
          deps.log.warn({ error }, 'the routes of the file could not be saved; trying again');
        }
      }
    }
  })();
  return {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await running;
    },
  };
};
