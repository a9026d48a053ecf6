import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SnapshotActions } from '../../features/snapshots/snapshot-actions.tsx';
import { SnapshotState } from '../../features/snapshots/snapshot-state.tsx';
import { failureText, toldText } from '../../i18n/said-text.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { useMachineNames } from '../../queries/machines.ts';
import { isBeingMade, snapshotQueries } from '../../queries/snapshots.ts';
import { Alert } from '../../ui/alert.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { RestoreProgress } from './restore-progress.tsx';
import { SnapshotDetails } from './snapshot-details.tsx';

const route = getRouteApi('/app/snapshots/$snapshotId');

export const SnapshotPage = () => {
  const { t } = useTranslation('snapshots');
  const { snapshotId } = route.useParams();
  const { restore } = route.useSearch();
  const snapshot = useQuery(snapshotQueries.detail(snapshotId));
  if (snapshot.data !== undefined) return <Loaded snapshot={snapshot.data} restoreId={restore} />;
  const isUnknown = snapshot.error instanceof ApiError && [404, 422].includes(snapshot.error.status);
  return (
    <Page title={t('one')} breadcrumb={<Breadcrumb />}>
      {!snapshot.isError && <Skeleton className="h-96 w-full rounded-lg" />}
      {snapshot.isError &&
        (isUnknown ? (
          <EmptyState
            icon={CircleSlash}
            title={t('notFound')}
            text={t('notFoundText')}
            action={
              <Button asChild>
                <Link to="/snapshots" search={{}}>
                  {t('back')}
                </Link>
              </Button>
            }
          />
        ) : (
          <ErrorState
            error={snapshot.error}
            onRetry={() => void snapshot.refetch()}
            retrying={snapshot.isFetching}
          />
        ))}
    </Page>
  );
};

const Breadcrumb = () => {
  const { t } = useTranslation('snapshots');
  return (
    <Link to="/snapshots" search={{}} className="underline-offset-4 hover:text-ink hover:underline">
      {t('back')}
    </Link>
  );
};

interface LoadedProps {
  readonly snapshot: Snapshot;
  readonly restoreId: string | undefined;
}

const Loaded = ({ snapshot, restoreId }: LoadedProps) => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const machine = useMachineNames().get(snapshot.instance_id) ?? snapshot.instance_id.slice(-8);
  const title = t('oneOf', { machine, when: format.exact(snapshot.time) });
  return (
    <Page
      title={title}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="text-balance">{title}</span>
          <SnapshotState state={snapshot.state} />
          {snapshot.keep_forever && <Badge tone="outline">{t('kept')}</Badge>}
        </span>
      }
      breadcrumb={<Breadcrumb />}
      actions={<SnapshotActions snapshot={snapshot} wide />}
    >
      {isBeingMade(snapshot) && (
        <div className="flex flex-col gap-1.5 rounded-lg border border-line bg-surface p-4">
          <p className="text-sm">{t(`doing.${snapshot.state === 'creating' ? 'creating' : 'verifying'}`)}</p>
          <Progress label={t('making')} value={snapshot.percent} figure />
        </div>
      )}
      <Trouble snapshot={snapshot} />
      {restoreId !== undefined && (
        <RestoreProgress id={restoreId} totalBytes={snapshot.total_bytes_processed} />
      )}
      <SnapshotDetails snapshot={snapshot} />
    </Page>
  );
};

/** What is wrong with a snapshot, and what that means. */
const Trouble = ({ snapshot }: { readonly snapshot: Snapshot }) => {
  const { t } = useTranslation('snapshots');
  if (snapshot.state !== 'failed' && snapshot.state !== 'partial') return null;
  const isPartial = snapshot.state === 'partial';
  return (
    <Alert tone={isPartial ? 'warning' : 'danger'} live={false}>
      <p className="font-medium">{t(isPartial ? 'partialText' : 'failedText')}</p>
      {snapshot.error !== null && (
        <p className="mt-0.5 font-mono text-xs break-words">{failureText(snapshot)}</p>
      )}
      {snapshot.problems.length > 0 && (
        <ul className="mt-1.5 list-disc pl-4 font-mono text-xs">
          {snapshot.problems.map(toldText).map((problem) => (
            <li key={problem} className="break-words">
              {problem}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
};
