import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import { RouteDefinition, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import type { JsonObject } from '@dumont/contracts/primitives';
import type { z } from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from '../identity/index.ts';
import { demandFree } from './conflicts.ts';
import { routeChange, routeDetails } from './route-details.ts';
import { changeRoutes } from './route-store.ts';

export type SystemRoute = z.input<typeof RouteDefinition>;

/**
 * Makes the routes that `keeper` keeps be these: the ones of the operator's file, or of services that the server runs
 * itself. They are known again by their names; one that is in the way of another keeper's is left out, and said.
 */
export const keepRoutes = (
  deps: { db: Database; clock: Clock; random: Random; log: Logger; audit: Audit },
  keeper: 'file' | 'system',
  projectId: string,
  wanted: readonly SystemRoute[],
): Promise<void> =>
  changeRoutes(deps.db, async (store, tx) => {
    // The operator changes a file; where a service of ours listens is nobody's deed.
    const tell = async (
      deed: 'created' | 'changed' | 'deleted',
      id: string,
      details: JsonObject | undefined,
    ) => {
      if (keeper !== 'file' || details === undefined) return;
      const entry = { actorId: null, action: `route.${deed}`, subjectType: 'route', subjectId: id } as const;
      await deps.audit({ ...entry, projectId, details: { by: 'file', ...details } }, tx);
    };
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
        demandFree(definition, others, present?.id, { projectId, mayChange: () => true, isKeeper: true });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        deps.log.warn({ error, route: definition.name }, 'a route is left out');
        continue;
      }
      const now = deps.clock.now();
      if (present === undefined) {
        const { id } = await store.insert({
          id: deps.random.id(),
          projectId,
          definition,
          managedBy: keeper,
          now,
        });
        await tell('created', id, routeDetails(definition));
      } else if (!isSame(present, definition)) {
        await store.replace(present.id, definition, now);
        await tell('changed', present.id, routeChange(definitionOf(present), definition));
      }
    }
    for (const route of own.values()) {
      const { id, name } = route;
      await store.delete(id);
      await tell('deleted', id, routeDetails(definitionOf(route)));
      deps.log.info({ route: name, keeper }, 'a route is gone: its keeper does not name it any more');
    }
  });

/** Only what changes is written: routes that stay keep the date of their last change. */
const isSame = (present: GatewayRoute, wanted: RouteDefinition): boolean =>
  JSON.stringify(RouteDefinition.parse(definitionOf(present))) === JSON.stringify(wanted);
