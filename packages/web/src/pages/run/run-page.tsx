import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import type { Run } from '@dumont/contracts/runs/runs';
import { CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { RunProgress } from '../../features/runs/run-columns.tsx';
import { explainFailure, explainMessage, explainWaiting } from '../../features/runs/run-note.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { isActive, shownState } from '../../lib/run-states.ts';
import { runQueries } from '../../queries/runs.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { LogPanel } from '../../features/log/log-panel.tsx';
import { ExecutionLink } from './execution-link.tsx';
import { RunActions } from './run-actions.tsx';
import { RunArtifacts } from './run-artifacts.tsx';
import { RunDetails } from './run-details.tsx';
import { RunParams } from './run-params.tsx';
import { RunParts } from './run-parts.tsx';

const route = getRouteApi('/app/runs/$runId');

export const RunPage = () => {
  const { t } = useTranslation('runs');
  const { runId } = route.useParams();
  const run = useQuery(runQueries.detail(runId));

  if (run.data !== undefined) return <LoadedRun key={runId} run={run.data} />;
  return (
    <Page title={t('title')} breadcrumb={<Breadcrumb />}>
      {!run.isError && <Skeleton className="h-[70vh] w-full rounded-lg" />}
      {run.isError &&
        (run.error instanceof ApiError && [404, 422].includes(run.error.status) ? (
          <EmptyState
            icon={CircleSlash}
            title={t('detail.notFound')}
            text={t('detail.notFoundText')}
            action={
              <Button asChild>
                <Link to="/runs" search={{}}>
                  {t('detail.back')}
                </Link>
              </Button>
            }
          />
        ) : (
          <ErrorState error={run.error} onRetry={() => void run.refetch()} retrying={run.isFetching} />
        ))}
    </Page>
  );
};

const Breadcrumb = () => {
  const { t } = useTranslation('runs');
  return (
    <Link to="/runs" search={{}} className="underline-offset-4 hover:text-ink hover:underline">
      {t('detail.back')}
    </Link>
  );
};

const LoadedRun = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const title = t('run', { number: run.number });
  const artifacts = useQuery(runQueries.artifacts(run.id));
  /** What a run was started for comes before how it ran. */
  const leftFiles = (artifacts.data?.items.length ?? 0) > 0;
  return (
    <Page
      title={`${title} · ${run.subject}`}
      breadcrumb={<Breadcrumb />}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span>
            {run.subject} <span className="font-normal text-ink-muted">#{run.number}</span>
          </span>
          <StateBadge state={shownState(run)} />
          <RunProgress run={run} />
        </span>
      }
      description={(isActive(run) && run.message !== null && explainMessage(run.message, t)) || undefined}
      actions={run.kind === 'model' ? <ExecutionLink run={run} /> : <RunActions run={run} />}
    >
      <Outcome run={run} />
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20rem] xl:grid-rows-[auto_1fr]">
        <div className="xl:col-start-2 empty:hidden">
          <RunParts run={run} />
        </div>
        <div className="min-w-0 xl:col-start-1 xl:row-span-2 xl:row-start-1">
          <LogPanel run={run} />
        </div>
        <div className="flex flex-col gap-5 xl:col-start-2">
          {leftFiles && <RunArtifacts run={run} />}
          <RunDetails run={run} />
          <RunParams run={run} />
          {!leftFiles && <RunArtifacts run={run} />}
        </div>
      </div>
    </Page>
  );
};

/** Why a run waits, or why it ended badly and what to do. */
const Outcome = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const format = useFormat();
  if (run.waitingFor !== null) {
    return (
      <Alert>{t('detail.waitingFor', { reason: explainWaiting(run.waitingFor, t, format.exact) })}</Alert>
    );
  }
  const failure = isActive(run) ? null : explainFailure(run, t);
  if (failure === null) return null;
  return (
    <Alert tone={run.state === 'timed_out' ? 'warning' : 'danger'} live={false}>
      <p className="font-medium">{failure.what}</p>
      {failure.detail !== null && <p className="mt-0.5 font-mono text-xs break-words">{failure.detail}</p>}
      {failure.next !== null && <p className="mt-0.5 text-ink">{failure.next}</p>}
    </Alert>
  );
};
