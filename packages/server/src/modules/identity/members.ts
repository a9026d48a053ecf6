import { demand, type Caller } from '../../kernel/access/caller.ts';
import type { Transactor } from '../../kernel/db/database.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Handlers, RequestContext } from '../../kernel/http/handlers.ts';
import { assertHoldsAll } from './escalation.ts';
import { getRoleToGive } from './new-users.ts';
import {
  deleteMemberRow,
  findMember,
  listMemberRows,
  putMemberRow,
  type MemberRow,
} from './project-store.ts';
import { getVisibleProject, type ProjectDeps } from './projects.ts';
import { findLoginUser, findLoginUserById, type LoginUser } from './user-store.ts';

const asMember = ({ since, ...row }: MemberRow): Omit<MemberRow, 'since'> & { since: string } => ({
  ...row,
  since: since.toISOString(),
});

export const createMemberHandlers = (
  deps: ProjectDeps,
): Handlers<'listMembers' | 'putMember' | 'addMember' | 'deleteMember'> => {
  const { db } = deps;

  const put = async (
    { caller, context }: { caller: Caller; context: RequestContext },
    projectId: string,
    roleName: string,
    findUser: (transaction: Transactor) => Promise<Pick<LoginUser, 'id'> | undefined>,
  ): Promise<ReturnType<typeof asMember>> => {
    const project = await getVisibleProject(db, caller, projectId);
    demand(caller, 'members:write', { projectId: project.id });
    return db.transaction().execute(async (transaction) => {
      const user = await findUser(transaction);
      if (user === undefined) throw new AppError('user.not_found');
      const role = await getRoleToGive(transaction, roleName);
      assertHoldsAll(caller, role.grants, project.id);
      const before = await findMember(transaction, project.id, user.id);
      await putMemberRow(transaction, {
        projectId: project.id,
        userId: user.id,
        roleId: role.id,
        since: deps.clock.now(),
      });
      await deps.audit(
        {
          actorId: caller.userId,
          action: before === undefined ? 'member.added' : 'member.changed',
          subjectType: 'user',
          subjectId: user.id,
          projectId: project.id,
          address: context.address,
          details: { role: role.name, before: before?.role ?? null },
        },
        transaction,
      );
      const member = await findMember(transaction, project.id, user.id);
      if (member === undefined) throw new AppError('member.not_found');
      return asMember(member);
    });
  };

  return {
    listMembers: async ({ caller, params }) => {
      const project = await getVisibleProject(db, caller, params.id);
      demand(caller, 'members:read', { projectId: project.id });
      return { items: (await listMemberRows(db, project.id)).map(asMember) };
    },

    putMember: ({ caller, params, body, context }) =>
      put({ caller, context }, params.id, body.role, (transaction) =>
        findLoginUserById(transaction, params.userId),
      ),

    addMember: ({ caller, params, body, context }) =>
      put({ caller, context }, params.id, body.role, (transaction) =>
        findLoginUser(transaction, body.email, 'email'),
      ),

    deleteMember: async ({ caller, params, context }) => {
      const project = await getVisibleProject(db, caller, params.id);
      demand(caller, 'members:write', { projectId: project.id });
      await db.transaction().execute(async (transaction) => {
        if (!(await deleteMemberRow(transaction, { projectId: project.id, userId: params.userId }))) {
          throw new AppError('member.not_found');
        }
        await deps.audit(
          {
            actorId: caller.userId,
            action: 'member.removed',
            subjectType: 'user',
            subjectId: params.userId,
            projectId: project.id,
            address: context.address,
          },
          transaction,
        );
      });
    },
  };
};
