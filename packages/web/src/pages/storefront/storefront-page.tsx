import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Store } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { storefrontQueries } from '../../queries/storefront.ts';
import { Page } from '../../ui/page.tsx';
import { EmptyState, QueryView } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { ActiveTab } from './active-tab.tsx';
import { MenuTab } from './menu/menu-tab.tsx';
import { OrdersTab } from './orders-tab.tsx';
import { PageLinks } from './page-links.tsx';
import type { StorefrontSearch, StorefrontTab } from './storefront-search.ts';

const route = getRouteApi('/app/storefront');

export const StorefrontPage = () => {
  const { t } = useTranslation('storefront');
  const place = useQuery(storefrontQueries.place());
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={place.data?.enabled === true && <PageLinks place={place.data} />}
    >
      <QueryView
        query={place}
        isEmpty={({ enabled }) => !enabled}
        empty={
          <div className="rounded-lg border border-line bg-surface">
            <EmptyState
              icon={Store}
              title={t('off')}
              text={t('offText')}
              command="DUMONT_STOREFRONT=true npm start"
            />
          </div>
        }
      >
        {() => <Parts />}
      </QueryView>
    </Page>
  );
};

const Parts = () => {
  const { t } = useTranslation('storefront');
  const navigate = useNavigate();
  const search = route.useSearch();
  const show = (next: StorefrontSearch) => void navigate({ to: '/storefront', search: next });
  const change = (tab: StorefrontTab) => show(tab === 'active' ? {} : { tab });
  return (
    <Tabs
      label={t('tabs')}
      value={search.tab ?? 'active'}
      onChange={change}
      tabs={[
        { value: 'active', label: t('tab.active'), content: <ActiveTab /> },
        { value: 'orders', label: t('tab.orders'), content: <OrdersTab search={search} onChange={show} /> },
        { value: 'menu', label: t('tab.menu'), content: <MenuTab search={search} onChange={show} /> },
      ]}
    />
  );
};
