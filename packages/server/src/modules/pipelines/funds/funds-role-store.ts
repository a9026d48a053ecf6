import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';
import { prepareLoginRole } from '../../../kernel/db/login-role.ts';

/** Runs at the same time, and a few connections that are just ending. */
const connections = 40;

const grants = (role: RawBuilder<unknown>, database: RawBuilder<unknown>): RawBuilder<unknown>[] => [
  sql`GRANT CONNECT, TEMPORARY ON DATABASE ${database} TO ${role}`,
  // What everybody may do, this role may too: nothing of ours is in that schema.
  sql`REVOKE ALL ON SCHEMA public FROM PUBLIC`,
  sql`GRANT USAGE ON SCHEMA funds TO ${role}`,
  sql`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA funds TO ${role}`,
  sql`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA funds TO ${role}`,
  sql`GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA funds TO ${role}`,
];

/**
 * Makes the role, or brings it up to date: it reads and writes the tables of schema `funds`, and reaches nothing else.
 * `db` is connected as the owner of the schema, who may make roles. To be called after each migration.
 */
export const prepareFundsRole = (db: Database, password: string, role: string): Promise<void> =>
  prepareLoginRole(db, { name: role, password, connections }, async (transaction, database) => {
    for (const grant of grants(sql.id(role), sql.id(database))) await grant.execute(transaction);
  });
