import { sql, type Selectable } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import type { OptimizationApps } from '../../../kernel/db/schema.gen.ts';

export type RegisteredApp = Selectable<OptimizationApps>;
export type NewRegisteredApp = Omit<RegisteredApp, 'created_at' | 'updated_at'>;

/** Apps that workers registered, and who may use which app. */
export const createAppStore = (db: Database) => ({
  list: (): Promise<RegisteredApp[]> =>
    db.selectFrom('optimization_apps').selectAll().orderBy('id').execute(),
  find: (id: string): Promise<RegisteredApp | undefined> =>
    db.selectFrom('optimization_apps').selectAll().where('id', '=', id).executeTakeFirst(),
  put: async (app: NewRegisteredApp, now: Date): Promise<RegisteredApp> => {
    const { rows } = await sql<RegisteredApp>`
      insert into optimization_apps (id, description, instance_schema, solution_schema, config_schema,
        instance_checks_schema, solution_checks_schema, kpis_schema, created_at, updated_at)
      values (${app.id}, ${app.description}, ${app.instance_schema}, ${app.solution_schema}, ${app.config_schema},
        ${app.instance_checks_schema}, ${app.solution_checks_schema}, ${app.kpis_schema}, ${now}, ${now})
      on conflict (id) do update set description = excluded.description,
        instance_schema = excluded.instance_schema, solution_schema = excluded.solution_schema,
        config_schema = excluded.config_schema, instance_checks_schema = excluded.instance_checks_schema,
        solution_checks_schema = excluded.solution_checks_schema, kpis_schema = excluded.kpis_schema,
        updated_at = excluded.updated_at
      returning *`.execute(db);
    const [row] = rows;
    if (row === undefined) throw new Error('an app was stored and not returned');
    return row;
  },
});
export type AppStore = ReturnType<typeof createAppStore>;
