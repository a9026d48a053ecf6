import type { Project } from '@dumont/contracts/identity/projects';
import { demand, type Caller } from '../../kernel/access/caller.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Executor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/handlers.ts';
import type { Random } from '../../kernel/random.ts';
import type { Audit } from './audit.ts';
import { findReferringTable, withConstraintErrors } from './constraint-errors.ts';
import { getRoleToGive } from './new-users.ts';
import {
  changeProject,
  deleteProjectRow,
  findProject,
  insertProject,
  listProjectRows,
  putMemberRow,
} from './project-store.ts';

export interface ProjectDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: Audit;
  readonly defaultProjectId: string;
}

const seesAll = (caller: Caller): boolean => caller.installation.size > 0;

/** Throws `project.not_found`, for a project that is there but not for this caller too. */
export const getVisibleProject = async (executor: Executor, caller: Caller, id: string): Promise<Project> => {
  const project = seesAll(caller) || caller.projects.has(id) ? await findProject(executor, id) : undefined;
  if (project === undefined) throw new AppError('project.not_found');
  return project;
};

export const createProjectHandlers = (
  deps: ProjectDeps,
): Handlers<'listProjects' | 'createProject' | 'updateProject' | 'deleteProject'> => {
  const { db } = deps;
  return {
    listProjects: async ({ caller }) => ({
      items: await listProjectRows(db, seesAll(caller) ? undefined : [...caller.projects.keys()]),
    }),

    createProject: async ({ caller, body, context }) => {
      demand(caller, 'projects:write');
      const id = deps.random.id();
      const createdAt = deps.clock.now();
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          await insertProject(transaction, { ...body, id, createdAt });
          const { id: roleId } = await getRoleToGive(transaction, 'operator');
          await putMemberRow(transaction, { projectId: id, userId: caller.userId, roleId, since: createdAt });
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'project.created',
              subjectType: 'project',
              subjectId: id,
              projectId: id,
              address: context.address,
              details: { name: body.name },
            },
            transaction,
          );
          return getVisibleProject(transaction, caller, id);
        }),
      );
    },

    updateProject: async ({ caller, params, body, context }) => {
      const project = await getVisibleProject(db, caller, params.id);
      demand(caller, 'projects:write');
      return withConstraintErrors(() =>
        db.transaction().execute(async (transaction) => {
          await changeProject(transaction, project.id, body);
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'project.changed',
              subjectType: 'project',
              subjectId: project.id,
              projectId: project.id,
              address: context.address,
              details: { before: project.name, ...body },
            },
            transaction,
          );
          return getVisibleProject(transaction, caller, project.id);
        }),
      );
    },

    deleteProject: async ({ caller, params, context }) => {
      const project = await getVisibleProject(db, caller, params.id);
      demand(caller, 'projects:write');
      if (project.id === deps.defaultProjectId) {
        throw new AppError('project.not_empty', { what: 'the defaults of the installation' });
      }
      try {
        await db.transaction().execute(async (transaction) => {
          if (!(await deleteProjectRow(transaction, project.id))) throw new AppError('project.not_found');
          await deps.audit(
            {
              actorId: caller.userId,
              action: 'project.deleted',
              subjectType: 'project',
              subjectId: project.id,
              projectId: project.id,
              address: context.address,
              details: { name: project.name },
            },
            transaction,
          );
        });
      } catch (cause) {
        const table = findReferringTable(cause);
        if (table === undefined) throw cause;
        throw new AppError('project.not_empty', { what: table.replaceAll('_', ' ') }, { cause });
      }
    },
  };
};
