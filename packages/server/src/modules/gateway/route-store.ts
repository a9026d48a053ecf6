import { RouteDefinition, type GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { sql, type Selectable } from 'kysely';
import type { Scope } from '../../kernel/access/caller.ts';
import { within } from '../../kernel/access/scope-sql.ts';
import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { notify } from '../../kernel/db/notify.ts';
import type { Logger } from '../../kernel/log.ts';
import type { GatewayRoutes } from '../../kernel/db/schema.gen.ts';

export const gatewayChannel = 'dumont_gateway';
const routesLock = 7_031_870;

const toRoute = (row: Selectable<GatewayRoutes>): GatewayRoute =>
  withRow(row, RouteDefinition.parse(row.definition));

/** Undefined where another version of the server wrote what this one cannot read. */
const readRoute = (row: Selectable<GatewayRoutes>): GatewayRoute | undefined => {
  const read = RouteDefinition.safeParse(row.definition);
  return read.success ? withRow(row, read.data) : undefined;
};
const readRoutes = (rows: readonly Selectable<GatewayRoutes>[]): GatewayRoute[] =>
  rows.map(readRoute).filter((route) => route !== undefined);

const withRow = (row: Selectable<GatewayRoutes>, definition: RouteDefinition): GatewayRoute => ({
  ...definition,
  id: row.id,
  projectId: row.project_id,
  managedBy: row.managed_by as GatewayRoute['managedBy'],
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});

const reached = (executor: Executor, scope: Scope) =>
  executor
    .selectFrom('gateway_routes')
    .selectAll()
    .where((eb) => within(scope, { project: eb.ref('project_id') }));

/** Routes that this version cannot read are left out and said in the log: one of them must not keep the others away. */
export const createRouteReader = (db: Database, log: Logger) => {
  const told = new Set<string>();
  const tell = ({ id, name, updated_at }: Selectable<GatewayRoutes>): void => {
    const key = `${id} ${updated_at.toISOString()}`;
    if (told.has(key)) return;
    told.add(key);
    log.error({ route: name, id }, 'a route is left out: this version of the server cannot read it');
  };
  return {
    list: async (scope: Scope, projectId?: string): Promise<GatewayRoute[]> => {
      let query = reached(db, scope).orderBy('name').orderBy('id');
      if (projectId !== undefined) query = query.where('project_id', '=', projectId);
      const rows = await query.execute();
      for (const row of rows) if (readRoute(row) === undefined) tell(row);
      return readRoutes(rows);
    },
    find: async (scope: Scope, id: string): Promise<GatewayRoute | undefined> => {
      const row = await reached(db, scope).where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : readRoute(row);
    },
  };
};
export type RouteReader = ReturnType<typeof createRouteReader>;

/** Changes of routes, one at a time: whether two are in each other's way is seen only by looking at all of them. */
export const changeRoutes = <T>(
  db: Database,
  work: (store: ReturnType<typeof createRouteWriter>, tx: Transactor) => Promise<T>,
): Promise<T> =>
  db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${routesLock}::bigint)`.execute(tx);
    const result = await work(createRouteWriter(tx), tx);
    await notify(tx, gatewayChannel, 'routes');
    return result;
  });

const createRouteWriter = (tx: Transactor) => ({
  listAll: async (): Promise<GatewayRoute[]> =>
    readRoutes(await tx.selectFrom('gateway_routes').selectAll().execute()),
  /** Of a keeper who writes all of its routes anew. */
  deleteUnreadable: async (keeper: 'file' | 'system'): Promise<void> => {
    const rows = await tx.selectFrom('gateway_routes').selectAll().where('managed_by', '=', keeper).execute();
    const ids = rows.filter((row) => readRoute(row) === undefined).map(({ id }) => id);
    if (ids.length > 0) await tx.deleteFrom('gateway_routes').where('id', 'in', ids).execute();
  },
  insert: async (route: {
    id: string;
    projectId: string;
    definition: RouteDefinition;
    managedBy: GatewayRoute['managedBy'];
    now: Date;
  }): Promise<GatewayRoute> =>
    toRoute(
      await tx
        .insertInto('gateway_routes')
        .values({
          id: route.id,
          project_id: route.projectId,
          name: route.definition.name,
          definition: JSON.stringify(route.definition),
          managed_by: route.managedBy,
          created_at: route.now,
          updated_at: route.now,
        })
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  replace: async (id: string, definition: RouteDefinition, now: Date): Promise<GatewayRoute> =>
    toRoute(
      await tx
        .updateTable('gateway_routes')
        .set({ name: definition.name, definition: JSON.stringify(definition), updated_at: now })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow(),
    ),
  /** The route as it was; undefined where it is gone already. */
  delete: async (id: string): Promise<GatewayRoute | undefined> => {
    const row = await tx.deleteFrom('gateway_routes').where('id', '=', id).returningAll().executeTakeFirst();
    return row === undefined ? undefined : readRoute(row);
  },
});
