import { sql } from 'kysely';
import type { Database } from '../../../kernel/db/database.ts';

export interface MachineFigures {
  /** Those that are not destroyed. */
  readonly machines: Readonly<Record<string, number>>;
  /** Those that are not finished. */
  readonly operations: Readonly<Record<string, number>>;
  /** Those that may cost money. */
  readonly rentals: Readonly<Record<string, number>>;
  readonly oldestOperationAt: Date | null;
  readonly microUsdPerHour: number;
}

/** Figures over all machines of the installation, for its metrics. */
export const createMetricStore = (db: Database) => ({
  read: async (): Promise<MachineFigures> => {
    const { rows } = await sql<MachineFigures>`
      select
        (select coalesce(json_object_agg(state, count), '{}') from (
          select state, count(*) from machines where state <> 'destroyed' group by state) m) as machines,
        (select coalesce(json_object_agg(kind, count), '{}') from (
          select kind, count(*) from machine_operations where finished_at is null group by kind) o) as operations,
        (select coalesce(json_object_agg(state, count), '{}') from (
          select state, count(*) from rentals where state not in ('gone', 'never') group by state) r) as rentals,
        (select min(created_at) from machine_operations where finished_at is null) as "oldestOperationAt",
        (select coalesce(sum(rate_micro_usd), 0)::float8 from ledger_lines where to_at is null) as "microUsdPerHour"`.execute(
      db,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('a query without rows is not answered by one');
    return row;
  },
  /** Accounts that are compared with what we know. */
  listAccountIds: async (): Promise<string[]> => {
    const rows = await db.selectFrom('reconciliations').select('account_id').execute();
    return rows.map(({ account_id: id }) => id);
  },
});
