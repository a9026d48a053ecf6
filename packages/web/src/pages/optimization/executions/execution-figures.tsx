import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useTranslation } from 'react-i18next';
import { solverFigures } from '../../../features/optimization/solver-figures.ts';
import { useSolverStatus } from '../../../features/optimization/use-solver-status.ts';
import { isOpen } from '../../../lib/execution-states.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { executionQueries, instanceQueries } from '../../../queries/optimization.ts';
import { Duration, RelativeTime } from '../../../ui/figures.tsx';
import { Stat, StatRow } from '../../../ui/page.tsx';

/** What an execution came to, how good that is, and how long it took: waiting included, and the solver alone. */
export const ExecutionFigures = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const statusText = useSolverStatus();
  const instance = useQuery(instanceQueries.detail(execution.instanceId));
  const log = useQuery({ ...executionQueries.part(execution.id, 'log'), enabled: !isOpen(execution) });
  const { bound, gap, seconds } = solverFigures(log.data);
  const { objective, solverStatus, checksOnly, createdAt, finishedAt } = execution;
  return (
    <StatRow>
      <Stat
        label={t('column.objective')}
        value={objective === null ? '–' : format.number(objective, 4)}
        detail={
          objective !== null && bound !== undefined
            ? t('bound', { value: format.number(bound, 4) })
            : undefined
        }
      />
      <Stat
        label={t('column.solverStatus')}
        value={statusText(checksOnly ? null : solverStatus)}
        detail={
          objective !== null && gap !== undefined
            ? t('gap', { value: format.share(gap / 100, 2) })
            : undefined
        }
      />
      <Stat
        label={t('column.took')}
        value={isOpen(execution) || finishedAt !== null ? <Duration from={createdAt} to={finishedAt} /> : '–'}
        detail={
          <>
            {seconds !== undefined && `${t('ofSolver', { value: format.duration(seconds) })} · `}
            <RelativeTime at={createdAt} />
          </>
        }
      />
      <Stat
        label={t('column.instance')}
        value={
          <Link
            to="/optimization/instances/$instanceId"
            params={{ instanceId: execution.instanceId }}
            title={instance.data?.name}
            className="block truncate text-base leading-8 text-accent-ink underline-offset-4 hover:underline"
          >
            {instance.data?.name ?? '…'}
          </Link>
        }
        detail={execution.createdBy.name}
      />
    </StatRow>
  );
};
