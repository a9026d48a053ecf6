import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import { identityRelations } from '../../identity/index.ts';
import { optimizationRelations } from '../../optimization/index.ts';

/** A page of a table. */
export interface TablePage {
  readonly limit: number;
  readonly offset: number;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** The row of this identity alone. */
  readonly id?: string | undefined;
}

export type TableRow = Readonly<Record<string, unknown>>;

const { users, roles, members } = identityRelations;
const { apps, grants, instances, executions, cases } = optimizationRelations;

/** As Cornflow calls them, with its columns. Passwords are in none. */
const tables = {
  users: sql`
    select u.number as id, n.first_name, n.last_name, u.username, u.email, u.password_changed_at as pwd_last_change,
      u.created_at
    from (${users}) u left join cornflow_names n on n.user_id = u.id where not u.is_gone`,
  roles: sql`
    select c.number as id, r.name, r.created_at from cornflow_roles c join (${roles}) r on r.id = c.role_id
    union all select 0, 'dummy', null`,
  user_role: sql`
    select (u.number * 10000 + c.number) as id, u.number as user_id, c.number as role_id, m.since as created_at
    from (${members}) m join (${users}) u on u.id = m.user_id join cornflow_roles c on c.role_id = m.role_id
    union all
    select u.number * 10000 + c.number, u.number, c.number, u.created_at
    from (${users}) u join cornflow_roles c on c.role_id = u.installation_role_id
    union all
    select u.number * 10000 + e.role_number, u.number, e.role_number, u.created_at
    from cornflow_user_roles e join (${users}) u on u.id = e.user_id`,
  actions: sql`select id, name from (values (1, 'can get'), (2, 'can patch'), (3, 'can post'), (4, 'can put'), (5, 'can delete')) a (id, name)`,
  api_view: sql`select id, name, rule as url_rule, null as description from cornflow_views`,
  permission_view: sql`
    select id, action as action_id, view_id as api_view_id, role_number as role_id from cornflow_permissions`,
  deployed_workflows: apps,
  permission_dag: sql`
    select g.app || '/' || u.number as id, g.app as dag_id, u.number as user_id, g.created_at
    from (${grants}) g join (${users}) u on u.id = g.user_id`,
  instances: sql`
    select i.key as id, u.number as user_id, i.name, i.description, i.data, i.data_hash, i.app as schema, i.checks,
      i.created_at, i.updated_at from (${instances}) i join (${users}) u on u.id = i.owner_id`,
  executions: sql`
    select e.key as id, u.number as user_id, i.key as instance_id, e.name, e.description, e.config, e.run_id,
      e.solution as data, e.solution_hash as data_hash, e.app as schema, e.solution_checks as checks, e.kpis,
      e.log_text, e.log_json, e.state, e.state_message, e.created_at, e.updated_at
    from (${executions}) e join (${users}) u on u.id = e.owner_id join (${instances}) i on i.id = e.instance_id`,
  cases: sql`
    select c.number as id, u.number as user_id, c.name, c.description, c.data, c.data_hash, c.app as schema, c.checks,
      c.solution, c.solution_hash, c.solution_checks, c.kpis, c.created_at, c.updated_at
    from (${cases}) c join (${users}) u on u.id = c.owner_id`,
  alarms: sql`select id, name, criticality, description, schema, created_at, updated_at, deleted_at from cornflow_alarms`,
  main_alarms: sql`select id, id_alarm, criticality, message, schema, created_at, updated_at from cornflow_main_alarms`,
} as const;

export type TableName = keyof typeof tables;

export const isTableName = (name: string): name is TableName => Object.hasOwn(tables, name);

/** Tables of things that are made have the time of it; the others are lists. */
const undated: readonly TableName[] = ['actions', 'api_view', 'permission_view'];

/** Columns that hold documents of users: they go out as they came. */
export const documentColumns: ReadonlySet<string> = new Set([
  'data',
  'checks',
  'solution',
  'solution_checks',
  'kpis',
  'config',
  'log_json',
  'instance_schema',
  'solution_schema',
  'config_schema',
  'instance_checks_schema',
  'solution_checks_schema',
  'kpis_schema',
]);

export const createTableStore = (db: Database) => ({
  read: async (name: TableName, page: TablePage): Promise<readonly TableRow[]> => {
    const isDated = !undated.includes(name);
    const where = [
      ...(page.id === undefined ? [] : [sql`t.id::text = ${page.id}`]),
      ...(page.from === undefined || !isDated ? [] : [sql`t.created_at >= ${page.from}`]),
      ...(page.to === undefined || !isDated ? [] : [sql`t.created_at <= ${page.to}`]),
    ];
    const condition = where.length === 0 ? sql`` : sql`where ${sql.join(where, sql` and `)}`;
    const order = isDated ? sql`t.created_at desc nulls last, t.id` : sql`t.id`;
    const { rows } = await sql<TableRow>`
      select * from (${tables[name]}) t ${condition} order by ${order} limit ${page.limit} offset ${page.offset}
    `.execute(db);
    return rows;
  },
});

export type TableStore = ReturnType<typeof createTableStore>;
