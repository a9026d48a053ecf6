import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ProviderAccount } from '@dumont/contracts/market/providers';
import { Cloud, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../i18n/error-text.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { offerQueries, providerQueries } from '../../../queries/market.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { SectionList } from '../section-list.tsx';

const ProviderDialog = lazy(() => import('./provider-dialog.tsx'));

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit' | 'forget'; readonly account: ProviderAccount };

const ProvidersSection = () => {
  const { t } = useTranslation('settings');
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const mayWrite = useMay('providers:write');
  const accounts = useQuery({ ...providerQueries.list(projectId), refetchInterval: 60_000 });
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const forget = async ({ id, name }: ProviderAccount) => {
    await api.deleteProvider({ params: { id } });
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: providerQueries.all }),
      queryClient.invalidateQueries({ queryKey: offerQueries.all }),
    ]);
    toast.ok(t('providers.forgotten', { name }));
  };
  const add = mayWrite && (
    <Button variant="primary" onClick={() => setOpen({ kind: 'new' })}>
      <Plus aria-hidden />
      {t('providers.new')}
    </Button>
  );
  return (
    <>
      <SectionList text={t('providers.text')} actions={add}>
        <QueryView
          query={accounts}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState
              icon={Cloud}
              title={t('providers.none')}
              text={t('providers.noneText')}
              action={add}
            />
          }
        >
          {({ items }) => (
            <ul aria-label={t('section.providers')} className="divide-y divide-line">
              {items.map((account) => (
                <AccountItem
                  key={account.id}
                  account={account}
                  mayWrite={mayWrite}
                  onOpen={(kind) => setOpen({ kind, account })}
                />
              ))}
            </ul>
          )}
        </QueryView>
      </SectionList>
      {open !== undefined && open.kind !== 'forget' && (
        <Suspense fallback={null}>
          <ProviderDialog account={open.kind === 'edit' ? open.account : undefined} onClose={close} />
        </Suspense>
      )}
      {open?.kind === 'forget' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('providers.forgetTitle', { name: open.account.name })}
          consequence={t('providers.forgetText')}
          action={t('providers.forget')}
          onConfirm={() => forget(open.account)}
        />
      )}
    </>
  );
};

interface AccountItemProps {
  readonly account: ProviderAccount;
  readonly mayWrite: boolean;
  readonly onOpen: (kind: 'edit' | 'forget') => void;
}

const AccountItem = ({ account, mayWrite, onOpen }: AccountItemProps) => {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const test = useMutation({ mutationFn: () => api.testProvider({ params: { id: account.id } }) });
  const { listing } = account;
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p className="flex flex-wrap items-center gap-2">
            <span className="font-medium text-ink">{account.name}</span>
            {account.configured && <Badge tone="outline">{t('providers.configured')}</Badge>}
            {!account.open && <Badge tone="warning">{t('providers.closed')}</Badge>}
          </p>
          <p className="mt-0.5 text-xs break-all text-ink-muted">
            {t(`providers.kind.${account.kind}`)} · {account.url}
          </p>
          <p className="mt-0.5 text-xs text-ink-muted">
            {listing === null ? (
              t('providers.notListed')
            ) : (
              <>
                {t('providers.machines', { count: listing.machines, ours: format.number(listing.ours) })}
                {' · '}
                <RelativeTime at={listing.takenAt} />
              </>
            )}
          </p>
          {account.configured && (
            <p className="mt-0.5 text-xs text-ink-muted">{t('providers.configuredText')}</p>
          )}
        </div>
        {mayWrite && (
          <div className="flex flex-wrap gap-1.5">
            {!account.configured && (
              <Button size="sm" variant="ghost" onClick={() => onOpen('forget')}>
                {t('providers.forget')}
              </Button>
            )}
            <Button size="sm" busy={test.isPending} onClick={() => test.mutate()}>
              {t(test.isPending ? 'providers.testing' : 'providers.test')}
            </Button>
            {!account.configured && (
              <Button
                size="sm"
                aria-label={t('providers.editTitle', { name: account.name })}
                onClick={() => onOpen('edit')}
              >
                {t('edit')}
              </Button>
            )}
          </div>
        )}
      </div>
      {listing?.blindSince !== undefined && listing.blindSince !== null && (
        <Alert tone="warning" live={false}>
          {t('providers.blind', { when: format.exact(listing.blindSince) })}
          {listing.reason !== null && ` ${listing.reason}`}
        </Alert>
      )}
      {test.isError && <Alert tone="danger">{errorText(test.error)}</Alert>}
      {test.data !== undefined && (
        <Alert tone={test.data.ok ? 'info' : 'danger'}>
          <span className="font-medium">{t(test.data.ok ? 'providers.testOk' : 'providers.testFailed')}</span>{' '}
          ({format.duration(test.data.durationMs / 1000)}).{' '}
          {test.data.account === null
            ? test.data.explanation
            : t('providers.balance', {
                name: test.data.account.name,
                balance: format.money(test.data.account.balanceUsd, 'USD'),
              })}
        </Alert>
      )}
    </li>
  );
};

export default ProvidersSection;
