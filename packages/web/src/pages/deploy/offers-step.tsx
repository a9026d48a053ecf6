import type { UseQueryResult } from '@tanstack/react-query';
import type { Offer } from '@dumont/contracts/market/offers';
import { ListFilter } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { OfferFilters } from '../../features/market/offer-filters.tsx';
import { useOfferColumns } from '../../features/market/offer-columns.tsx';
import { countNeeds, type OfferNeeds } from '../../features/market/offer-needs.ts';
import { useGpuNames } from '../../features/market/use-gpu-names.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { ShortId } from '../../ui/copy.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import type { DeploySearch } from './deploy-search.ts';

const shown = 5;

interface OffersStepProps {
  readonly search: DeploySearch;
  readonly needs: OfferNeeds;
  readonly offers: UseQueryResult<{ readonly offers: readonly Offer[]; readonly count: number }>;
  /** The only one that is meant. */
  readonly only: Offer | undefined;
  readonly onSearch: (search: DeploySearch) => void;
}

/** What the machine must have, with what is on offer for it at this moment. */
export const OffersStep = ({ search, needs, offers, only, onSearch }: OffersStepProps) => {
  const { t } = useTranslation(['machines', 'market']);
  const gpuNames = useGpuNames(offers.data?.offers);
  const all = useOfferColumns();
  const columns = useMemo(() => all.map(({ sortBy: _, ...column }) => column), [all]);
  const isOne = search.offer !== undefined;
  return (
    <Section title={t('deploy.needs')} note={t('deploy.needsNote')} flush>
      <div className="flex flex-col gap-3 p-4">
        {search.snapshot !== undefined && (
          <Alert
            live={false}
            action={
              <Button size="sm" onClick={() => onSearch({ ...search, snapshot: undefined })}>
                {t('deploy.withoutSnapshot')}
              </Button>
            }
          >
            {t('deploy.withSnapshot')} <ShortId id={search.snapshot} />
          </Alert>
        )}
        {isOne ? (
          <Alert
            tone={only === undefined && offers.data !== undefined ? 'warning' : 'info'}
            live={false}
            action={
              <Button size="sm" onClick={() => onSearch({ ...search, offer: undefined, account: undefined })}>
                {t('deploy.raceInstead')}
              </Button>
            }
          >
            {t(only === undefined && offers.data !== undefined ? 'deploy.offerGone' : 'deploy.onlyOffer')}
          </Alert>
        ) : (
          <OfferFilters
            needs={needs}
            gpuNames={gpuNames}
            omit={['disk']}
            onChange={(next) => onSearch({ ...next, disk: search.disk, snapshot: search.snapshot })}
          />
        )}
      </div>
      <div className="border-t border-line">
        <QueryView
          query={offers}
          skeleton={<TableSkeleton rows={shown} />}
          isEmpty={(data) => data.offers.every((offer) => offer.is_blacklisted)}
          empty={
            <EmptyState
              icon={ListFilter}
              title={t('market:empty.title')}
              text={t(countNeeds(needs) === 0 ? 'market:empty.text' : 'market:empty.filtered')}
            />
          }
        >
          {(data) => (
            <>
              <Table
                label={t('market:offers')}
                rows={isOne ? (only === undefined ? [] : [only]) : data.offers.slice(0, shown)}
                columns={columns}
                rowKey={(offer) => `${offer.account_id} ${offer.id}`}
              />
              {!isOne && (
                <p className="border-t border-line px-4 py-2 text-xs text-ink-muted">
                  {t('deploy.raceText', {
                    count: data.count,
                    racing: Math.min(shown, data.count),
                  })}
                </p>
              )}
            </>
          )}
        </QueryView>
      </div>
    </Section>
  );
};
