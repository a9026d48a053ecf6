import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { User } from '@dumont/contracts/identity/users';
import { Ban, Ellipsis, PencilLine, Plus, UserCheck, Users } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { userQueries } from '../../../queries/accounts.ts';
import { useMay, useMe } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { Pagination } from '../../../ui/pagination.tsx';
import { SearchInput } from '../../../ui/search-input.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';
import { useSettingsSearch } from '../use-settings-search.ts';

const CreateUserDialog = lazy(() => import('./create-user-dialog.tsx'));
const EditUserDialog = lazy(() => import('./edit-user-dialog.tsx'));

type Open = { readonly kind: 'edit' | 'disable'; readonly user: User } | { readonly kind: 'new' };

const UsersSection = () => {
  const { t } = useTranslation(['settings', 'common']);
  const me = useMe();
  const queryClient = useQueryClient();
  const mayWrite = useMay('users:write');
  const [search, show] = useSettingsSearch();
  const users = useQuery(userQueries.list({ limit: 50, search: search.q, cursor: search.pages?.at(-1) }));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const disable = async (user: User) => {
    await api.updateUser({ params: { id: user.id }, body: { state: 'disabled' } });
    await queryClient.invalidateQueries({ queryKey: userQueries.all });
    toast.ok(t('users.disabled', { name: user.name }));
  };

  const columns: Column<User>[] = [
    {
      id: 'user',
      header: t('users.user'),
      grow: true,
      cell: (user) => (
        <span className="flex flex-col py-1.5 leading-tight">
          <span className="truncate font-medium">
            {user.name}
            {user.id === me.id && <span className="font-normal text-ink-muted"> ({t('users.you')})</span>}
          </span>
          <span className="truncate text-xs text-ink-muted">{user.email}</span>
        </span>
      ),
    },
    {
      id: 'roles',
      header: t('users.roles'),
      hideBelow: 'md',
      cell: (user) => (
        <span className="flex gap-1.5">
          {user.installationRole !== null && (
            <Badge tone="outline">
              {t('users.everywhere')}: {user.installationRole}
            </Badge>
          )}
          {user.projects.slice(0, 2).map(({ projectId, projectName, role }) => (
            <Badge key={projectId}>
              {projectName}: {role}
            </Badge>
          ))}
          {user.projects.length > 2 && <Badge>+{user.projects.length - 2}</Badge>}
        </span>
      ),
    },
    {
      id: 'state',
      header: t('users.state'),
      hideBelow: 'sm',
      cell: ({ state }) => <StateBadge plain state={state} />,
    },
    {
      id: 'login',
      header: t('users.lastLogin'),
      align: 'right',
      hideBelow: 'lg',
      cell: ({ lastLoginAt }) =>
        lastLoginAt === null ? t('common:never') : <RelativeTime at={lastLoginAt} />,
    },
  ];
  if (mayWrite) {
    columns.push({
      id: 'actions',
      header: <span className="sr-only">{t('edit')}</span>,
      align: 'right',
      cell: (user) => <UserActions user={user} isMe={user.id === me.id} onOpen={setOpen} />,
    });
  }

  return (
    <div className="flex flex-col gap-3">
      <SectionList
        text={t('users.text')}
        actions={
          <>
            <SearchInput
              label={t('users.search')}
              value={search.q ?? ''}
              onChange={(q) => show({ q: q === '' ? undefined : q })}
              className="w-full sm:w-64"
            />
            {mayWrite && (
              <Button variant="primary" onClick={() => setOpen({ kind: 'new' })}>
                <Plus aria-hidden />
                {t('users.new')}
              </Button>
            )}
          </>
        }
      >
        <QueryView
          query={users}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={Users} title={t('users.none')} />}
        >
          {({ items }) => (
            <Table label={t('section.users')} rows={items} columns={columns} rowKey={({ id }) => id} />
          )}
        </QueryView>
      </SectionList>
      <Pagination
        nextCursor={users.data?.nextCursor ?? null}
        trail={search.pages ?? []}
        onTrail={(pages) => show({ ...search, pages })}
      />
      {open !== null && open.kind !== 'disable' && (
        <Suspense fallback={null}>
          {open.kind === 'new' ? (
            <CreateUserDialog onClose={close} />
          ) : (
            <EditUserDialog user={open.user} onClose={close} />
          )}
        </Suspense>
      )}
      {open?.kind === 'disable' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('users.disableTitle', { name: open.user.name })}
          consequence={t('users.disableText')}
          action={t('users.disable')}
          onConfirm={() => disable(open.user)}
        />
      )}
    </div>
  );
};

interface UserActionsProps {
  readonly user: User;
  readonly isMe: boolean;
  readonly onOpen: (open: Open) => void;
}

const UserActions = ({ user, isMe, onOpen }: UserActionsProps) => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const enable = useMutation({
    mutationFn: () => api.updateUser({ params: { id: user.id }, body: { state: 'active' } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: userQueries.all });
      toast.ok(t('users.enabled', { name: user.name }));
    },
    onError: toast.error,
  });
  return (
    <Menu
      trigger={
        <IconButton label={t('actions', { name: user.name })} size="sm">
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onOpen({ kind: 'edit', user })}>
        {t('edit')}
      </MenuItem>
      {user.state === 'disabled' ? (
        <MenuItem icon={<UserCheck aria-hidden />} onSelect={() => enable.mutate()}>
          {t('users.enable')}
        </MenuItem>
      ) : (
        <MenuItem
          icon={<Ban aria-hidden />}
          danger
          disabled={isMe}
          onSelect={() => onOpen({ kind: 'disable', user })}
        >
          {t('users.disable')}
        </MenuItem>
      )}
    </Menu>
  );
};

export default UsersSection;
