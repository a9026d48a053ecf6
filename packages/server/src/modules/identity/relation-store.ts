import { sql } from 'kysely';

/** What other modules put into statements of their own, in parentheses: these columns stay, whatever our tables do. */
export const identityRelations = {
  /** Those too that were removed, under whose number is what they made. */
  users: sql`
    select id, number, username, email, coalesce(password_changed_at, created_at) as password_changed_at,
      installation_role_id, created_at, deleted_at is not null as is_gone
    from users`,
  roles: sql`select id, name, built_in, grants, created_at from roles`,
  /** Of the project `default`. */
  members: sql`
    select m.user_id, m.role_id, m.since
    from project_members m join projects p on p.id = m.project_id where p.is_default`,
} as const;
