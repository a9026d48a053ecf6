import { useQuery } from '@tanstack/react-query';
import { Puzzle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { optimizationQueries } from '../../../queries/optimization.ts';
import { Alert } from '../../../ui/alert.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';
import { AppCard } from './app-card.tsx';

interface AppsTabProps {
  /** Begins an instance of an app, of one of its examples if one is named. */
  readonly onBegin: (app: string, example?: string) => void;
}

/** The solver apps that there are, and folders that were meant to be one. */
export const AppsTab = ({ onBegin }: AppsTabProps) => {
  const { t } = useTranslation('optimization');
  const apps = useQuery(optimizationQueries.apps());
  const broken = apps.data?.broken ?? [];
  return (
    <div className="flex flex-col gap-4">
      {broken.length > 0 && (
        <Alert tone="danger">
          <p className="font-medium">{t('app.broken', { count: broken.length })}</p>
          <ul className="my-1 flex flex-col gap-0.5">
            {broken.map(({ folder, reason }) => (
              <li key={folder} className="break-words">
                <code className="font-mono text-xs">{folder}</code>: {reason}
              </li>
            ))}
          </ul>
          <p>{t('app.brokenText')}</p>
        </Alert>
      )}
      <QueryView
        query={apps}
        skeleton={<Skeleton className="h-64 w-full rounded-lg" />}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon={Puzzle}
            title={t('empty.apps')}
            text={t('empty.appsText')}
            command="dumont app list"
          />
        }
      >
        {({ items }) => (
          <ul className="grid grid-cols-1 items-start gap-4 md:grid-cols-2 xl:grid-cols-3">
            {items.map((app) => (
              <AppCard key={app.id} app={app} onBegin={onBegin} />
            ))}
          </ul>
        )}
      </QueryView>
    </div>
  );
};
