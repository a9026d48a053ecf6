import { useQuery } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useTranslation } from 'react-i18next';
import { runQueries } from '../../../queries/runs.ts';
import { Progress } from '../../../ui/progress.tsx';

/** How far the app says that it is, and the best that it has found so far. */
export const ExecutionProgress = ({ execution }: { readonly execution: Execution }) => {
  const { runId } = execution;
  return runId === null ? null : <OfRun runId={runId} />;
};

const OfRun = ({ runId }: { readonly runId: string }) => {
  const { t } = useTranslation('optimization');
  const run = useQuery(runQueries.detail(runId)).data;
  if (run === undefined) return null;
  return (
    <div className="flex flex-col gap-1">
      <Progress label={t('progress')} value={run.progress} estimated={run.progressEstimated} figure />
      {run.message !== null && (
        <span className="truncate font-mono text-xs text-ink-muted">{run.message}</span>
      )}
    </div>
  );
};
