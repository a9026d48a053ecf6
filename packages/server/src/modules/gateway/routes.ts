import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { demand, projectFor, scopeOf, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import { demandFree } from './conflicts.ts';
import { changeRoutes, type RouteReader } from './route-store.ts';

const keepers = { file: 'a file of the operator', system: 'the server' } as const;

/** Routes as their users see and change them. */
export const createRoutes = (deps: {
  db: Database;
  reader: RouteReader;
  outbound: Pick<Outbound, 'check'>;
  clock: Clock;
  random: Random;
}) => {
  const { db, reader, clock } = deps;

  const get = async (caller: Caller, id: string): Promise<GatewayRoute> => {
    const route = await reader.find(scopeOf(caller, 'gateway:read'), id);
    if (route === undefined) throw new AppError('gateway.route_not_found');
    return route;
  };
  const getToChange = async (caller: Caller, id: string): Promise<GatewayRoute> => {
    const route = await get(caller, id);
    demand(caller, 'gateway:write', { projectId: route.projectId });
    if (route.managedBy !== null)
      throw new AppError('gateway.route_managed', { keeper: keepers[route.managedBy] });
    return route;
  };
  /** The gateway stands where private networks are reached: what users name must be public, or listed by the operator. */
  const checkAddresses = async ({ upstreams, authentication }: RouteDefinition): Promise<void> => {
    for (const { url } of upstreams) await deps.outbound.check(url);
    for (const issuer of authentication.issuers) {
      if (typeof issuer === 'object') await deps.outbound.check(issuer.jwksUrl ?? issuer.issuer);
    }
  };

  return {
    list: (caller: Caller, projectId?: string) => reader.list(scopeOf(caller, 'gateway:read'), projectId),
    get,
    getToTest: async (caller: Caller, id: string): Promise<GatewayRoute> => {
      const route = await get(caller, id);
      demand(caller, 'gateway:write', { projectId: route.projectId });
      return route;
    },
    create: async (
      caller: Caller,
      named: string | undefined,
      definition: RouteDefinition,
    ): Promise<GatewayRoute> => {
      const projectId = projectFor(caller, 'gateway:write', named);
      await checkAddresses(definition);
      const route = { id: deps.random.id(), projectId, definition, managedBy: null, now: clock.now() };
      return changeRoutes(db, async (store) => {
        demandFree(definition, await store.listAll(), undefined);
        return store.insert(route);
      });
    },
    replace: async (caller: Caller, id: string, definition: RouteDefinition): Promise<GatewayRoute> => {
      await getToChange(caller, id);
      await checkAddresses(definition);
      return changeRoutes(db, async (store) => {
        const all = await store.listAll();
        const present = all.find((route) => route.id === id);
        if (present === undefined) throw new AppError('gateway.route_not_found');
        demandFree(definition, all, id);
        return store.replace(id, definition, clock.now());
      });
    },
    delete: async (caller: Caller, id: string): Promise<void> => {
      await getToChange(caller, id);
      await changeRoutes(db, (store) => store.delete(id));
    },
  };
};
export type Routes = ReturnType<typeof createRoutes>;
