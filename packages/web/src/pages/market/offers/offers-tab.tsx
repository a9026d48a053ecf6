import { useQuery } from '@tanstack/react-query';
import type { Offer } from '@dumont/contracts/market/offers';
import { Ban, ListFilter, RotateCw, ShieldCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOfferColumns } from '../../../features/market/offer-columns.tsx';
import { OfferFilters } from '../../../features/market/offer-filters.tsx';
import {
  countNeeds,
  offerFilterFrom,
  validateOfferNeeds,
  type OfferNeeds,
} from '../../../features/market/offer-needs.ts';
import { NoProvider } from '../../../features/market/no-provider.tsx';
import { useBlacklist } from '../../../features/market/use-blacklist.ts';
import { useGpuNames } from '../../../features/market/use-gpu-names.ts';
import { useHasProvider } from '../../../features/market/use-has-provider.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { useNow } from '../../../lib/use-now.ts';
import { offerQueries } from '../../../queries/market.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { OfferSheet } from './offer-sheet.tsx';

const shownOffers = 200;

interface OffersTabProps {
  readonly needs: OfferNeeds;
  readonly onNeeds: (needs: OfferNeeds) => void;
}

/** What could be rented now, best first. */
export const OffersTab = ({ needs: search, onNeeds }: OffersTabProps) => {
  const { t } = useTranslation('market');
  const needs = validateOfferNeeds({ ...search });
  const projectId = useProjectId();
  const hasProvider = useHasProvider();
  const offers = useQuery({
    ...offerQueries.list(offerFilterFrom(needs, projectId, shownOffers)),
    enabled: hasProvider === true,
  });
  const gpuNames = useGpuNames(offers.data?.offers);
  const [open, setOpen] = useState<Offer>();
  const columns = useColumns();

  if (hasProvider === false) {
    return (
      <div className="rounded-lg border border-line bg-surface">
        <NoProvider />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <OfferFilters needs={needs} gpuNames={gpuNames} onChange={onNeeds} />
      <Freshness
        count={offers.data?.count}
        at={offers.dataUpdatedAt}
        busy={offers.isFetching}
        onRefresh={() => void offers.refetch()}
      />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={offers}
          skeleton={<TableSkeleton rows={10} />}
          isEmpty={({ count }) => count === 0}
          empty={
            <EmptyState
              icon={ListFilter}
              title={t('empty.title')}
              text={t(countNeeds(needs) === 0 ? 'empty.text' : 'empty.filtered')}
              action={
                countNeeds(needs) > 0 && <Button onClick={() => onNeeds({})}>{t('needs.clear')}</Button>
              }
            />
          }
        >
          {(found) => (
            <Table
              label={t('offers')}
              rows={found.offers}
              columns={columns}
              rowKey={(offer) => `${offer.account_id} ${offer.id}`}
              onOpen={setOpen}
            />
          )}
        </QueryView>
      </div>
      {open !== undefined && <OfferSheet offer={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
};

const useColumns = (): readonly Column<Offer>[] => {
  const { t } = useTranslation('market');
  const mayWrite = useMay('market:write');
  const shared = useOfferColumns();
  return useMemo(
    () =>
      mayWrite
        ? [
            ...shared,
            {
              id: 'blacklist',
              header: <span className="sr-only">{t('blacklist.title')}</span>,
              align: 'right',
              cell: (offer: Offer) => <BlacklistButton offer={offer} />,
            },
          ]
        : shared,
    [shared, mayWrite, t],
  );
};

const BlacklistButton = ({ offer }: { readonly offer: Offer }) => {
  const { t } = useTranslation('market');
  const { add, allow } = useBlacklist();
  const { machine_id: machineId } = offer;
  return offer.is_blacklisted ? (
    <IconButton
      size="sm"
      label={t('blacklist.allow', { machineId })}
      disabled={allow.isPending}
      onClick={() => allow.mutate(machineId)}
    >
      <ShieldCheck aria-hidden />
    </IconButton>
  ) : (
    <IconButton
      size="sm"
      label={t('blacklist.add', { machineId })}
      disabled={add.isPending}
      onClick={() => add.mutate({ machineId })}
    >
      <Ban aria-hidden />
    </IconButton>
  );
};

interface FreshnessProps {
  readonly count: number | undefined;
  /** Milliseconds; 0 before the first answer. */
  readonly at: number;
  readonly busy: boolean;
  readonly onRefresh: () => void;
}

/** How many there are, in which order, and how old that is: prices move, and providers take few searches. */
const Freshness = ({ count, at, busy, onRefresh }: FreshnessProps) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const now = useNow(at > 0);
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-x-3 text-xs text-ink-muted">
      {count !== undefined && (
        <span role="status">
          {count >= shownOffers ? t('countMost', { formatted: format.number(count) }) : t('count', { count })}
          {' · '}
          {t('bestFirst')}
        </span>
      )}
      {at > 0 && (
        <span className="ml-auto inline-flex items-center gap-1">
          {t('asOf', { when: format.relative(new Date(at).toISOString(), Math.max(now, at)) })}
          <IconButton size="sm" label={t('refresh')} disabled={busy} onClick={onRefresh}>
            <RotateCw aria-hidden className={busy ? 'animate-spin' : ''} />
          </IconButton>
        </span>
      )}
    </div>
  );
};
