import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { SshKey } from '@dumont/contracts/identity/keys';
import { Plus, SquareTerminal } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { sshKeyQueries } from '../../../queries/accounts.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';

const SshKeyDialog = lazy(() => import('./ssh-key-dialog.tsx'));

const SshKeysSection = () => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const keys = useQuery(sshKeyQueries.list());
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<SshKey | null>(null);
  const remove = async (key: SshKey) => {
    await api.deleteSshKey({ params: { id: key.id } });
    await queryClient.invalidateQueries({ queryKey: sshKeyQueries.list().queryKey });
    toast.ok(t('sshKeys.removed', { name: key.name }));
  };
  const columns: Column<SshKey>[] = [
    {
      id: 'name',
      header: t('name'),
      grow: true,
      cell: ({ name, algorithm }) => (
        <>
          <span className="font-medium">{name}</span> <span className="text-ink-muted">{algorithm}</span>
        </>
      ),
    },
    {
      id: 'fingerprint',
      header: t('sshKeys.fingerprint'),
      hideBelow: 'md',
      cell: ({ fingerprint }) => <code className="font-mono text-xs">{fingerprint}</code>,
    },
    {
      id: 'created',
      header: t('created'),
      hideBelow: 'sm',
      cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
    },
    {
      id: 'remove',
      header: <span className="sr-only">{t('sshKeys.remove')}</span>,
      align: 'right',
      cell: (key) => (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`${t('sshKeys.remove')}: ${key.name}`}
          onClick={() => setRemoving(key)}
        >
          {t('sshKeys.remove')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <SectionList
        text={t('sshKeys.text')}
        actions={
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden />
            {t('sshKeys.new')}
          </Button>
        }
      >
        <QueryView
          query={keys}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState
              icon={SquareTerminal}
              title={t('sshKeys.none')}
              text={t('sshKeys.noneText')}
              command="cat ~/.ssh/id_ed25519.pub"
            />
          }
        >
          {({ items }) => (
            <Table label={t('section.ssh-keys')} rows={items} columns={columns} rowKey={({ id }) => id} />
          )}
        </QueryView>
      </SectionList>
      {adding && (
        <Suspense fallback={null}>
          <SshKeyDialog onClose={() => setAdding(false)} />
        </Suspense>
      )}
      {removing !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setRemoving(null)}
          title={t('sshKeys.removeTitle', { name: removing.name })}
          consequence={t('sshKeys.removeText')}
          action={t('sshKeys.remove')}
          onConfirm={() => remove(removing)}
        />
      )}
    </>
  );
};

export default SshKeysSection;
