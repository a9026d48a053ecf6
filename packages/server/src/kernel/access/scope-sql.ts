import { sql, type Expression, type RawBuilder, type SqlBool } from 'kysely';
import type { Scope } from './caller.ts';

/** The WHERE clause of a scope over a table with a project and an owner column. */
export const within = (
  scope: Scope,
  columns: { project: Expression<unknown>; owner?: Expression<unknown> },
): RawBuilder<SqlBool> => {
  if (scope.everywhere) return sql<SqlBool>`true`;
  const inProject = sql<SqlBool>`${columns.project} = any(${[...scope.projectIds]}::uuid[])`;
  if (columns.owner === undefined || scope.ownProjectIds.length === 0) return inProject;
  return sql<SqlBool>`(${inProject} or (${columns.project} = any(${[...scope.ownProjectIds]}::uuid[]) and ${columns.owner} = ${scope.userId}::uuid))`;
};
