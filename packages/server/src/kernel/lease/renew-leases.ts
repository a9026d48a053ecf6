import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { DB } from '../db/schema.gen.ts';
import type { LeasedWork } from './leased-worker.ts';

/**
 * `renew` of leased work whose rows stand in `table`, with columns `lease_token` and `lease_expires_at`. `idColumn`
 * is a uuid that names the row.
 */
export const renewLeases =
  (db: Database, table: keyof DB, idColumn = 'id'): LeasedWork<{ readonly id: string }>['renew'] =>
  async (held, expiresAt) => {
    const id = sql.ref(`row.${idColumn}`);
    const { rows } = await sql<{ id: string }>`
      update ${sql.table(table)} as row set lease_expires_at = ${expiresAt}
      from unnest(${held.map((one) => one.id)}::uuid[], ${held.map((one) => one.token)}::uuid[]) as held (id, token)
      where ${id} = held.id and row.lease_token = held.token
      returning ${id} as id`.execute(db);
    return new Set(rows.map((one) => one.id));
  };
