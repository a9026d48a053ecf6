import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { KeptBy } from '../../../features/services/kept-by.tsx';
import { RouteActions } from '../../../features/services/route-actions.tsx';
import { gatewayQueries } from '../../../queries/gateway.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Page } from '../../../ui/page.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../../ui/states.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { SettingsTab } from './settings-tab.tsx';
import { TestTab } from './test-tab.tsx';

const page = getRouteApi('/app/services/$routeId');

export const RoutePage = () => {
  const { t } = useTranslation('services');
  const { routeId } = page.useParams();
  const route = useQuery(gatewayQueries.route(routeId));
  if (route.data !== undefined) return <Loaded key={routeId} route={route.data} />;
  const isUnknown = route.error instanceof ApiError && [404, 422].includes(route.error.status);
  return (
    <Page title={t('one')} breadcrumb={<Breadcrumb />}>
      {!route.isError && <Skeleton className="h-96 w-full rounded-lg" />}
      {route.isError &&
        (isUnknown ? (
          <EmptyState
            icon={CircleSlash}
            title={t('notFound')}
            text={t('notFoundText')}
            action={
              <Button asChild>
                <Link to="/services">{t('back')}</Link>
              </Button>
            }
          />
        ) : (
          <ErrorState error={route.error} onRetry={() => void route.refetch()} retrying={route.isFetching} />
        ))}
    </Page>
  );
};

const Breadcrumb = () => {
  const { t } = useTranslation('services');
  return (
    <Link to="/services" className="underline-offset-4 hover:text-ink hover:underline">
      {t('title')}
    </Link>
  );
};

const Loaded = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation('services');
  const navigate = useNavigate();
  const { tab = 'overview' } = page.useSearch();
  const mayWrite = useMay('gateway:write');
  const tabs = [
    { value: 'overview' as const, label: t('tab.overview'), content: <OverviewTab route={route} /> },
    ...(mayWrite
      ? [{ value: 'test' as const, label: t('tab.test'), content: <TestTab route={route} /> }]
      : []),
    { value: 'settings' as const, label: t('tab.settings'), content: <SettingsTab route={route} /> },
  ];
  return (
    <Page
      title={route.name}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 break-words">{route.name}</span>
          <StateBadge state={route.enabled ? 'active' : 'disabled'} />
          <KeptBy managedBy={route.managedBy} />
        </span>
      }
      description={
        <span className="font-mono text-xs break-all">
          {route.methods.join(' ')} {route.hosts.join(', ')}
          {route.path}
        </span>
      }
      breadcrumb={<Breadcrumb />}
      actions={<RouteActions route={route} onDeleted={() => void navigate({ to: '/services' })} />}
    >
      <Tabs
        label={t('tabs')}
        value={tabs.some(({ value }) => value === tab) ? tab : 'overview'}
        onChange={(next) =>
          void navigate({
            to: '/services/$routeId',
            params: { routeId: route.id },
            search: next === 'overview' ? {} : { tab: next },
          })
        }
        tabs={tabs}
      />
    </Page>
  );
};
