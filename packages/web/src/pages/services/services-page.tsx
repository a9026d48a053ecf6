import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Network, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { gatewayQueries } from '../../queries/gateway.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, QueryView } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { recentMinutes, useServiceColumns } from './service-columns.tsx';
import { ServiceStats } from './service-stats.tsx';

export const ServicesPage = () => {
  const { t } = useTranslation('services');
  const navigate = useNavigate();
  const projectId = useProjectId();
  const mayWrite = useMay('gateway:write');
  const routes = useQuery(gatewayQueries.routes(projectId));
  const health = useQuery(gatewayQueries.health(projectId));
  const traffic = useQuery(gatewayQueries.traffic(projectId, recentMinutes));
  const columns = useServiceColumns(health.data?.items, traffic.data?.items);
  const create = mayWrite && (
    <Button asChild variant="primary">
      <Link to="/services/new">
        <Plus aria-hidden />
        {t('new')}
      </Link>
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={create}>
      {routes.data !== undefined && routes.data.items.length > 0 && (
        <ServiceStats routes={routes.data.items} health={health.data?.items} traffic={traffic.data?.items} />
      )}
      <div className="rounded-lg border border-line bg-surface">
        <QueryView
          query={routes}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState
              icon={Network}
              title={t('none')}
              text={t('noneText')}
              action={create}
              command="dumont route create Orders --path '/orders/{proxy+}' --upstream http://127.0.0.1:8080"
            />
          }
        >
          {({ items }) => (
            <Table
              label={t('routes')}
              rows={items}
              columns={columns}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: '/services/$routeId', params: { routeId: id }, search: {} })
              }
            />
          )}
        </QueryView>
      </div>
    </Page>
  );
};
