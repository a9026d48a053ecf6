import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@dumont/contracts/identity/projects';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { Plus, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSave } from '../../../features/forms/use-save.ts';
import { may } from '../../../lib/access.ts';
import { api } from '../../../lib/api.ts';
import { memberQueries } from '../../../queries/accounts.ts';
import { projectQueries } from '../../../queries/projects.ts';
import { useMe } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useRoleOptions } from '../users/use-role-options.ts';

const MemberDialog = lazy(() => import('./member-dialog.tsx'));

type Member = RouteResponse<Routes['listMembers']>['items'][number];

/** Who belongs to a project, and in which role. */
export const Members = ({ project }: { readonly project: Project }) => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const me = useMe();
  const mayWrite = may(me, 'members:write', project.id);
  const members = useQuery(memberQueries.list(project.id));
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Member | null>(null);
  const remove = async (member: Member) => {
    await api.deleteMember({ params: { id: project.id, userId: member.userId } });
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: memberQueries.all }),
      queryClient.invalidateQueries({ queryKey: projectQueries.list().queryKey }),
    ]);
    toast.ok(t('projects.removed', { name: member.name }));
  };
  const add = mayWrite && (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      {t('projects.add')}
    </Button>
  );
  return (
    <Section title={t('projects.membersOf', { name: project.name })} flush actions={add}>
      <QueryView
        query={members}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon={Users}
            title={t('projects.noMembers')}
            text={t('projects.noMembersText')}
            action={add}
          />
        }
      >
        {({ items }) => (
          <ul className="divide-y divide-line">
            {items.map((member) => (
              <MemberItem
                key={member.userId}
                project={project}
                member={member}
                mayWrite={mayWrite}
                onRemove={() => setRemoving(member)}
              />
            ))}
          </ul>
        )}
      </QueryView>
      {adding && (
        <Suspense fallback={null}>
          <MemberDialog project={project} onClose={() => setAdding(false)} />
        </Suspense>
      )}
      {removing !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setRemoving(null)}
          title={t('projects.removeTitle', { name: removing.name, project: project.name })}
          consequence={t('projects.removeText')}
          action={t('projects.remove')}
          onConfirm={() => remove(removing)}
        />
      )}
    </Section>
  );
};

interface MemberItemProps {
  readonly project: Project;
  readonly member: Member;
  readonly mayWrite: boolean;
  readonly onRemove: () => void;
}

const MemberItem = ({ project, member, mayWrite, onRemove }: MemberItemProps) => {
  const { t } = useTranslation('settings');
  const roles = useRoleOptions(member.role);
  const change = useSave({
    save: (role: string) =>
      api.putMember({ params: { id: project.id, userId: member.userId }, body: { role } }),
    refresh: [memberQueries.all, ['me']],
    done: ({ name, role }) => t('projects.roleChanged', { name, role }),
    toastErrors: true,
  });
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-40">
        <p className="truncate font-medium">{member.name}</p>
        <p className="truncate text-xs text-ink-muted">{member.email}</p>
      </div>
      {mayWrite ? (
        <>
          <Select
            label={`${t('projects.role')}: ${member.name}`}
            value={member.role}
            options={roles}
            disabled={change.isPending}
            onChange={(role) => change.mutate(role)}
            className="w-36!"
          />
          <Button
            size="sm"
            variant="ghost"
            aria-label={`${t('projects.remove')}: ${member.name}`}
            onClick={onRemove}
          >
            {t('projects.remove')}
          </Button>
        </>
      ) : (
        <span className="text-sm text-ink-muted">{member.role}</span>
      )}
    </li>
  );
};
