import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** Which objects a list has; `from` and `to` are of their making. */
export interface ListFilter {
  readonly projectId?: string | undefined;
  readonly app?: string | undefined;
  /** A part of the name, in any case. */
  readonly search?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly updatedFrom?: Date | undefined;
  readonly updatedTo?: Date | undefined;
  /** Where the page before ended. */
  readonly before?: { readonly createdAt: Date; readonly id: string } | undefined;
  readonly offset?: number | undefined;
  readonly limit: number;
}

/** The filter as a condition on any table of ours: what it asks about is in columns of the same names in all of them. */
export const isListed = (filter: ListFilter): RawBuilder<SqlBool> => {
  const { projectId, app, search, from, to, updatedFrom, updatedTo, before } = filter;
  const conditions = [
    projectId === undefined ? undefined : sql`project_id = ${projectId}::uuid`,
    app === undefined ? undefined : sql`app = ${app}::text`,
    search === undefined ? undefined : sql`position(lower(${search}::text) in lower(name)) > 0`,
    from === undefined ? undefined : sql`created_at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`created_at <= ${to}::timestamptz`,
    updatedFrom === undefined ? undefined : sql`updated_at >= ${updatedFrom}::timestamptz`,
    updatedTo === undefined ? undefined : sql`updated_at <= ${updatedTo}::timestamptz`,
    before === undefined
      ? undefined
      : sql`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`,
  ].filter((condition) => condition !== undefined);
  return conditions.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`(${sql.join(conditions, sql` and `)})`;
};
