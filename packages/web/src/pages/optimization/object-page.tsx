import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import { CircleSlash } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import type { OptimizationTab } from './optimization-search.ts';

interface BackLinkProps {
  readonly tab: OptimizationTab;
}

/** Above the title: the list that the object is of. */
export const BackLink = ({ tab }: BackLinkProps) => {
  const { t } = useTranslation('optimization');
  return (
    <Link
      to="/optimization"
      search={tab === 'executions' ? {} : { tab }}
      className="underline-offset-4 hover:text-ink hover:underline"
    >
      {t('title')} / {t(`tabs.${tab}`)}
    </Link>
  );
};

interface ObjectPageProps<T> {
  readonly query: UseQueryResult<T>;
  readonly tab: OptimizationTab;
  /** While its name is not known. */
  readonly title: string;
  readonly children: (data: T) => ReactNode;
}

/** The page of one object: there, on its way, not to be had, or gone. */
export const ObjectPage = <T,>({ query, tab, title, children }: ObjectPageProps<T>) => {
  const { t } = useTranslation('optimization');
  if (query.data !== undefined) return children(query.data);
  const isUnknown = query.error instanceof ApiError && [404, 422].includes(query.error.status);
  return (
    <Page title={title} breadcrumb={<BackLink tab={tab} />}>
      {!query.isError && <Skeleton className="h-96 w-full rounded-lg" />}
      {query.isError &&
        (isUnknown ? (
          <EmptyState
            icon={CircleSlash}
            title={t('notFound')}
            text={t('notFoundText')}
            action={
              <Button asChild>
                <Link to="/optimization" search={tab === 'executions' ? {} : { tab }}>
                  {t(`tabs.${tab}`)}
                </Link>
              </Button>
            }
          />
        ) : (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} retrying={query.isFetching} />
        ))}
    </Page>
  );
};
