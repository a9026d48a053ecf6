import { sql } from 'kysely';

/** What other modules put into statements of their own, in parentheses: these columns stay, whatever our tables do. */
export const optimizationRelations = {
  /** Apps that workers registered. */
  apps: sql`
    select id, description, instance_schema, solution_schema, config_schema, instance_checks_schema,
      solution_checks_schema, kpis_schema, created_at, updated_at
    from optimization_apps`,
  grants: sql`select app, user_id, created_at from optimization_app_grants`,
  instances: sql`
    select id, key, owner_id, name, description, data, data_hash, app, checks, created_at, updated_at
    from optimization_instances`,
  executions: sql`
    select key, owner_id, instance_id, name, description, config, run_id, solution, solution_hash, app,
      solution_checks, kpis, log_text, log_json, state, state_message, created_at, updated_at
    from optimization_executions`,
  cases: sql`
    select number, owner_id, name, description, data, data_hash, app, checks, solution, solution_hash,
      solution_checks, kpis, created_at, updated_at
    from optimization_cases`,
} as const;
