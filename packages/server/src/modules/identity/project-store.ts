import type { Project } from '@dumont/contracts/identity/projects';
import { sql } from 'kysely';
import type { Database, Executor, Transactor } from '../../kernel/db/database.ts';
import { announce } from './changes.ts';

const selectProjects = (executor: Executor) =>
  executor
    .selectFrom('projects as p')
    .select(['p.id', 'p.name', 'p.description', 'p.created_at'])
    .select(sql<number>`(select count(*) from project_members m where m.project_id = p.id)`.as('members'))
    .orderBy('p.is_default', 'desc')
    .orderBy('p.name');

type ProjectRow = Awaited<ReturnType<ReturnType<typeof selectProjects>['execute']>>[number];
const asProject = ({ created_at, ...row }: ProjectRow): Project => ({
  ...row,
  createdAt: created_at.toISOString(),
});

/** All projects, or those of the ids. */
export const listProjectRows = async (
  db: Database,
  ids: readonly string[] | undefined,
): Promise<Project[]> => {
  if (ids?.length === 0) return [];
  const select = ids === undefined ? selectProjects(db) : selectProjects(db).where('p.id', 'in', [...ids]);
  return (await select.execute()).map(asProject);
};

export const findProject = async (executor: Executor, id: string): Promise<Project | undefined> => {
  const row = await selectProjects(executor).where('p.id', '=', id).executeTakeFirst();
  return row && asProject(row);
};

export const insertProject = async (
  transaction: Transactor,
  project: { id: string; name: string; description: string; createdAt: Date },
): Promise<void> => {
  await transaction
    .insertInto('projects')
    .values({
      id: project.id,
      name: project.name,
      description: project.description,
      created_at: project.createdAt,
    })
    .execute();
};

export const changeProject = async (
  transaction: Transactor,
  id: string,
  changes: { name?: string | undefined; description?: string | undefined },
): Promise<void> => {
  const values = {
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.description === undefined ? {} : { description: changes.description }),
  };
  if (Object.keys(values).length === 0) return;
  await transaction.updateTable('projects').set(values).where('id', '=', id).execute();
};

export const deleteProjectRow = async (transaction: Transactor, id: string): Promise<boolean> => {
  const row = await transaction
    .deleteFrom('projects')
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  if (row !== undefined) await announce(transaction, 'everyone');
  return row !== undefined;
};

export interface MemberRow {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly since: Date;
}

const selectMembers = (executor: Executor, projectId: string) =>
  executor
    .selectFrom('project_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .innerJoin('roles as r', 'r.id', 'm.role_id')
    .select(['u.id as userId', 'u.name', 'u.email', 'r.name as role', 'm.since'])
    .where('m.project_id', '=', projectId)
    .orderBy('m.since')
    .orderBy('u.id');

export const listMemberRows = (db: Database, projectId: string): Promise<readonly MemberRow[]> =>
  selectMembers(db, projectId).execute();

export const findMember = (
  executor: Executor,
  projectId: string,
  userId: string,
): Promise<MemberRow | undefined> =>
  selectMembers(executor, projectId).where('m.user_id', '=', userId).executeTakeFirst();

/** Adds a member or changes their role. */
export const putMemberRow = async (
  transaction: Transactor,
  member: { projectId: string; userId: string; roleId: string; since: Date },
): Promise<void> => {
  await transaction
    .insertInto('project_members')
    .values({
      project_id: member.projectId,
      user_id: member.userId,
      role_id: member.roleId,
      since: member.since,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'user_id']).doUpdateSet({ role_id: member.roleId }),
    )
    .execute();
  await announce(transaction, `user:${member.userId}`);
};

export const deleteMemberRow = async (
  transaction: Transactor,
  member: { projectId: string; userId: string },
): Promise<boolean> => {
  const row = await transaction
    .deleteFrom('project_members')
    .where('project_id', '=', member.projectId)
    .where('user_id', '=', member.userId)
    .returning('user_id')
    .executeTakeFirst();
  if (row !== undefined) await announce(transaction, `user:${member.userId}`);
  return row !== undefined;
};
