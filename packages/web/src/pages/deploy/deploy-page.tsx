import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { NoProvider } from '../../features/market/no-provider.tsx';
import { useHasProvider } from '../../features/market/use-has-provider.ts';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { DeployForm } from './deploy-form.tsx';
import type { DeploySearch } from './deploy-search.ts';

const route = getRouteApi('/app/machines/new');

export const DeployPage = () => {
  const { t } = useTranslation('machines');
  const search = route.useSearch();
  const navigate = useNavigate();
  const hasProvider = useHasProvider();
  return (
    <Page
      title={t('deploy.title')}
      description={t('deploy.text')}
      breadcrumb={
        <Link to="/machines" search={{}} className="underline-offset-4 hover:text-ink hover:underline">
          {t('title')}
        </Link>
      }
    >
      {hasProvider === undefined ? (
        <Skeleton className="h-96 w-full rounded-lg" />
      ) : hasProvider ? (
        <DeployForm
          search={search}
          onSearch={(next: DeploySearch) =>
            void navigate({ to: '/machines/new', search: next, replace: true })
          }
        />
      ) : (
        <div className="rounded-lg border border-line bg-surface">
          <NoProvider />
        </div>
      )}
    </Page>
  );
};
