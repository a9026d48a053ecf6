import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { ScrollText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { LogPanel } from '../../../features/log/log-panel.tsx';
import { isOpen } from '../../../lib/execution-states.ts';
import { runQueries } from '../../../queries/runs.ts';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';

/** What the solver says, live: the log of the run that solves it. */
export const ExecutionLog = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const { runId } = execution;
  if (runId === null)
    return <EmptyState icon={ScrollText} title={t(isOpen(execution) ? 'log.soon' : 'log.none')} />;
  return <RunLog key={runId} runId={runId} />;
};

const RunLog = ({ runId }: { readonly runId: string }) => {
  const { t } = useTranslation('optimization');
  const run = useQuery(runQueries.detail(runId));
  return (
    <div className="flex flex-col gap-2">
      <QueryView query={run} skeleton={<TableSkeleton rows={8} />}>
        {(data) => <LogPanel run={data} />}
      </QueryView>
      <Link
        to="/runs/$runId"
        params={{ runId }}
        className="self-start text-xs text-accent-ink underline-offset-4 hover:underline"
      >
        {t('log.run')}
      </Link>
    </div>
  );
};
