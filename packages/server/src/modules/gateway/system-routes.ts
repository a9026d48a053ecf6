import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import { RouteDefinition, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import { demandFree } from './conflicts.ts';
import { changeRoutes } from './route-store.ts';

export type SystemRoute = z.input<typeof RouteDefinition>;

/**
 * Makes the routes that `keeper` keeps be these: the ones of the operator's file, or of services that the server runs
 * itself. They are known again by their names; one that is in the way of another keeper's is left out, and said.
 */
export const keepRoutes = (
  deps: { db: Database; clock: Clock; random: Random; log: Logger },
  keeper: 'file' | 'system',
  projectId: string,
  wanted: readonly SystemRoute[],
): Promise<void> =>
  changeRoutes(deps.db, async (store) => {
    await store.deleteUnreadable(keeper);
    const all = await store.listAll();
    const own = new Map(
      all.filter(({ managedBy }) => managedBy === keeper).map((route) => [route.name, route]),
    );
    const others = all.filter(({ managedBy }) => managedBy !== keeper);
    for (const given of wanted) {
      const definition = RouteDefinition.parse(given);
      const present = own.get(definition.name);
      own.delete(definition.name);
      try {
        demandFree(definition, others, present?.id);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        deps.log.warn({ error, route: definition.name }, 'a route is left out');
        continue;
      }
      const now = deps.clock.now();
      if (present === undefined)
        await store.insert({ id: deps.random.id(), projectId, definition, managedBy: keeper, now });
      else if (!isSame(present, definition)) await store.replace(present.id, definition, now);
    }
    for (const { id, name } of own.values()) {
      await store.delete(id);
      deps.log.info({ route: name, keeper }, 'a route is gone: its keeper does not name it any more');
    }
  });

/** Only what changes is written: routes that stay keep the date of their last change. */
const isSame = (present: GatewayRoute, wanted: RouteDefinition): boolean =>
  JSON.stringify(RouteDefinition.parse(definitionOf(present))) === JSON.stringify(wanted);
