import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { BuiltInRole } from '@dumont/contracts/access';
import type { Role } from '@dumont/contracts/identity/roles';
import { PencilLine, Plus, ShieldCheck, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { roleQueries } from '../../../queries/accounts.ts';
import { useMay } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';
import { PermissionMatrix } from './permission-matrix.tsx';

const RoleDialog = lazy(() => import('./role-dialog.tsx'));

type Open = { readonly kind: 'edit' | 'delete'; readonly role: Role } | { readonly kind: 'new' };

const RolesSection = () => {
  const { t } = useTranslation(['settings', 'common']);
  const queryClient = useQueryClient();
  const mayWrite = useMay('roles:write');
  const roles = useQuery(roleQueries.list());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const remove = async (role: Role) => {
    await api.deleteRole({ params: { id: role.id } });
    await queryClient.invalidateQueries({ queryKey: roleQueries.all });
    toast.ok(t('roles.deleted', { name: role.name }));
  };
  // The server words its built-in roles in English.
  const describe = ({ builtIn, name, description }: Role): string =>
    builtIn ? t(`roles.builtInText.${name as BuiltInRole}`, { defaultValue: description }) : description;
  return (
    <>
      <SectionList
        text={t('roles.text')}
        actions={
          mayWrite && (
            <Button variant="primary" onClick={() => setOpen({ kind: 'new' })}>
              <Plus aria-hidden />
              {t('roles.new')}
            </Button>
          )
        }
      >
        <QueryView
          query={roles}
          isEmpty={({ items }) => items.length === 0}
          empty={<EmptyState icon={ShieldCheck} title={t('section.roles')} text={t('roles.text')} />}
        >
          {({ items }) => (
            <ul aria-label={t('section.roles')} className="divide-y divide-line">
              {items.map((role) => (
                <li key={role.id} className="flex items-start gap-3 px-4 py-2.5">
                  <div className="min-w-0 flex-1">
                    <p className="flex flex-wrap items-center gap-2">
                      <span className="font-medium">{role.name}</span>
                      <Badge tone="outline">
                        {t(
                          role.builtIn ? 'roles.builtIn' : role.ofFolder ? 'roles.ofFolder' : 'roles.custom',
                        )}
                      </Badge>
                      <span className="text-xs text-ink-muted">
                        {t('roles.members', { count: role.members })}
                      </span>
                    </p>
                    <p className="text-sm break-words text-ink-muted">{describe(role)}</p>
                  </div>
                  {mayWrite && !role.builtIn && !role.ofFolder && (
                    <span className="flex">
                      <IconButton
                        size="sm"
                        label={t('roles.editTitle', { name: role.name })}
                        onClick={() => setOpen({ kind: 'edit', role })}
                      >
                        <PencilLine aria-hidden />
                      </IconButton>
                      <IconButton
                        size="sm"
                        label={t('roles.deleteTitle', { name: role.name })}
                        onClick={() => setOpen({ kind: 'delete', role })}
                      >
                        <Trash2 aria-hidden />
                      </IconButton>
                    </span>
                  )}
                </li>
              ))}
            </ul>
          )}
        </QueryView>
      </SectionList>
      {roles.data !== undefined && <PermissionMatrix roles={roles.data.items} />}
      {open !== null && open.kind !== 'delete' && (
        <Suspense fallback={null}>
          <RoleDialog role={open.kind === 'edit' ? open.role : undefined} onClose={close} />
        </Suspense>
      )}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('roles.deleteTitle', { name: open.role.name })}
          consequence={t('roles.deleteText')}
          action={t('common:delete')}
          onConfirm={() => remove(open.role)}
        />
      )}
    </>
  );
};

export default RolesSection;
