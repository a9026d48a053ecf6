import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NoProvider } from '../../features/market/no-provider.tsx';
import { useHasProvider } from '../../features/market/use-has-provider.ts';
import { sessionQueries } from '../../queries/session.ts';
import { Page } from '../../ui/page.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { beginWith } from './deploy-defaults.ts';
import { DeployForm } from './deploy-form.tsx';
import type { DeploySearch } from './deploy-search.ts';

const route = getRouteApi('/app/machines/new');

export const DeployPage = () => {
  const { t } = useTranslation('machines');
  const search = route.useSearch();
  const navigate = useNavigate();
  const hasProvider = useHasProvider();
  const settings = useQuery(sessionQueries.settings());
  /** Whoever changed the needs means them, also when none are left. */
  const [isStated, setStated] = useState(false);
  // Without them the house's do.
  const defaults = useMemo(() => settings.data?.deployment ?? {}, [settings.data]);
  const begun = useMemo(
    () => (isStated ? search : beginWith(search, defaults)),
    [isStated, search, defaults],
  );
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
      {hasProvider === undefined || settings.isPending ? (
        <Skeleton className="h-96 w-full rounded-lg" />
      ) : hasProvider ? (
        <DeployForm
          search={begun}
          defaults={defaults}
          onSearch={(next: DeploySearch) => {
            setStated(true);
            void navigate({ to: '/machines/new', search: next, replace: true });
          }}
        />
      ) : (
        <div className="rounded-lg border border-line bg-surface">
          <NoProvider />
        </div>
      )}
    </Page>
  );
};
