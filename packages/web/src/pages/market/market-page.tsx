import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { BlacklistTab } from './blacklist/blacklist-tab.tsx';
import type { MarketSearch } from './market-search.ts';
import { OffersTab } from './offers/offers-tab.tsx';
import { PricesTab } from './prices/prices-tab.tsx';

const route = getRouteApi('/app/market');

export const MarketPage = () => {
  const { t } = useTranslation('market');
  const search = route.useSearch();
  const navigate = useNavigate();
  const show = (next: MarketSearch) => void navigate({ to: '/market', search: next });
  return (
    <Page title={t('title')} description={t('description')}>
      <Tabs
        label={t('tabs')}
        value={search.tab ?? 'offers'}
        onChange={(next) => show(next === 'offers' ? {} : { tab: next, gpu: search.gpu })}
        tabs={[
          { value: 'offers', label: t('offers'), content: <OffersTab needs={search} onNeeds={show} /> },
          {
            value: 'prices',
            label: t('prices'),
            content: (
              <PricesTab
                gpu={search.gpu}
                machineType={search.type ?? 'on-demand'}
                hours={search.hours ?? 24}
                onShow={({ gpu = search.gpu, machineType = search.type, hours = search.hours }) =>
                  show({
                    tab: 'prices',
                    gpu,
                    type: machineType === 'bid' ? 'bid' : undefined,
                    hours: hours === 24 ? undefined : hours,
                  })
                }
              />
            ),
          },
          { value: 'blacklist', label: t('blacklist.title'), content: <BlacklistTab /> },
        ]}
      />
    </Page>
  );
};
