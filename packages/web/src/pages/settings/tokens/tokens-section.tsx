import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiToken } from '@dumont/contracts/identity/keys';
import { KeyRound, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { tokenQueries } from '../../../queries/accounts.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';

const TokenDialog = lazy(() => import('./token-dialog.tsx'));

const TokensSection = () => {
  const { t } = useTranslation(['settings', 'common']);
  const queryClient = useQueryClient();
  const tokens = useQuery(tokenQueries.list());
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      {t('tokens.new')}
    </Button>
  );
  const revoke = async (token: ApiToken) => {
    await api.deleteToken({ params: { id: token.id } });
    await queryClient.invalidateQueries({ queryKey: tokenQueries.list().queryKey });
    toast.ok(t('tokens.revoked', { name: token.name }));
  };
  const columns: Column<ApiToken>[] = [
    {
      id: 'name',
      header: t('name'),
      grow: true,
      cell: ({ name, prefix }) => (
        <>
          <span className="font-medium">{name}</span>{' '}
          <code className="font-mono text-xs text-ink-muted">{prefix}…</code>
        </>
      ),
    },
    {
      id: 'used',
      header: t('tokens.lastUsed'),
      hideBelow: 'md',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('common:never') : <RelativeTime at={lastUsedAt} />),
    },
    {
      id: 'expires',
      header: t('tokens.expires'),
      hideBelow: 'sm',
      cell: ({ expiresAt }) => (expiresAt === null ? t('common:never') : <RelativeTime at={expiresAt} />),
    },
    {
      id: 'revoke',
      header: <span className="sr-only">{t('tokens.revoke')}</span>,
      align: 'right',
      cell: (token) => (
        <Button
          size="sm"
          variant="ghost"
          aria-label={`${t('tokens.revoke')}: ${token.name}`}
          onClick={() => setRevoking(token)}
        >
          {t('tokens.revoke')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <SectionList text={t('tokens.text')} actions={create}>
        <QueryView
          query={tokens}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState
              icon={KeyRound}
              title={t('tokens.none')}
              text={t('tokens.text')}
              command="dumont token create --name ci"
            />
          }
        >
          {({ items }) => (
            <Table label={t('section.tokens')} rows={items} columns={columns} rowKey={({ id }) => id} />
          )}
        </QueryView>
      </SectionList>
      {creating && (
        <Suspense fallback={null}>
          <TokenDialog onClose={() => setCreating(false)} />
        </Suspense>
      )}
      {revoking !== null && (
        <ConfirmDialog
          open
          onOpenChange={() => setRevoking(null)}
          title={t('tokens.revokeTitle', { name: revoking.name })}
          consequence={t('tokens.revokeText')}
          action={t('tokens.revoke')}
          onConfirm={() => revoke(revoking)}
        />
      )}
    </>
  );
};

export default TokensSection;
