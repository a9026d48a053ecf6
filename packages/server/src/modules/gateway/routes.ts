import { definitionOf } from '@dumont/contracts/gateway/definition-of';
import type { GatewayRoute, RouteDefinition } from '@dumont/contracts/gateway/gateway-routes';
import { can, demand, projectFor, scopeOf, type By, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Outbound } from '../../kernel/outbound/outbound.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from '../identity/index.ts';
import { demandFree, type Claimant } from './conflicts.ts';
import { routeChange, routeDetails } from './route-details.ts';
import { changeRoutes, type RouteReader } from './route-store.ts';

const keepers = { file: 'a file of the operator', system: 'the server' } as const;

/** Routes as their users see and change them; each change is written down with itself. */
export const createRoutes = (deps: {
  db: Database;
  reader: RouteReader;
  outbound: Pick<Outbound, 'check'>;
  audit: Audit;
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
  const entryOf = ({ caller, address }: By, { id, projectId }: Pick<GatewayRoute, 'id' | 'projectId'>) =>
    ({ actorId: caller.userId, address, subjectType: 'route', subjectId: id, projectId }) as const;
  const claimantOf = ({ caller }: By, projectId: string): Claimant => ({
    projectId,
    mayChange: (other) => can(caller, 'gateway:write', { projectId: other }),
    isKeeper: false,
  });
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
    create: async (by: By, named: string | undefined, definition: RouteDefinition): Promise<GatewayRoute> => {
      const projectId = projectFor(by.caller, 'gateway:write', named);
      await checkAddresses(definition);
      const route = { id: deps.random.id(), projectId, definition, managedBy: null, now: clock.now() };
      return changeRoutes(db, async (store, tx) => {
        demandFree(definition, await store.listAll(), undefined, claimantOf(by, projectId));
        const details = routeDetails(definition);
        await deps.audit({ ...entryOf(by, route), action: 'route.created', details }, tx);
        return store.insert(route);
      });
    },
    replace: async (by: By, id: string, definition: RouteDefinition): Promise<GatewayRoute> => {
      await getToChange(by.caller, id);
      await checkAddresses(definition);
      return changeRoutes(db, async (store, tx) => {
        const all = await store.listAll();
        const present = all.find((route) => route.id === id);
        if (present === undefined) throw new AppError('gateway.route_not_found');
        demandFree(definition, all, id, claimantOf(by, present.projectId));
        const details = routeChange(definitionOf(present), definition);
        if (details !== undefined)
          await deps.audit({ ...entryOf(by, present), action: 'route.changed', details }, tx);
        return store.replace(id, definition, clock.now());
      });
    },
    delete: async (by: By, id: string): Promise<void> => {
      await getToChange(by.caller, id);
      await changeRoutes(db, async (store, tx) => {
        const route = await store.delete(id);
        if (route === undefined) throw new AppError('gateway.route_not_found');
        const details = routeDetails(definitionOf(route));
        await deps.audit({ ...entryOf(by, route), action: 'route.deleted', details }, tx);
      });
    },
  };
};
export type Routes = ReturnType<typeof createRoutes>;
