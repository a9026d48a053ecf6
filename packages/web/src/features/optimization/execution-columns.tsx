import { Link } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { isOpen } from '../../lib/execution-states.ts';
import { Duration, RelativeTime } from '../../ui/figures.tsx';
import type { Column } from '../../ui/table.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { ExecutionState } from './execution-state.tsx';
import { useAppName } from './use-apps.ts';
import { useSolverStatus } from './use-solver-status.ts';

/** Columns of a list of executions; `ofOneApp` where all are of one. */
export const useExecutionColumns = (ofOneApp = false): readonly Column<Execution>[] => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const appName = useAppName();
  const statusText = useSolverStatus();
  return useMemo((): readonly Column<Execution>[] => {
    const app: Column<Execution> = {
      id: 'app',
      header: t('column.app'),
      hideBelow: 'sm',
      cell: (execution) => appName(execution.app),
    };
    return [
      {
        id: 'name',
        header: t('column.name'),
        grow: true,
        cell: ({ id, name, checksOnly }) => (
          <>
            <Link
              to="/optimization/executions/$executionId"
              params={{ executionId: id }}
              search={{}}
              className="font-medium text-ink hover:underline"
            >
              {name}
            </Link>
            {checksOnly && <span className="text-ink-muted"> · {t('checksOnly')}</span>}
          </>
        ),
      },
      ...(ofOneApp ? [] : [app]),
      {
        id: 'state',
        header: t('column.state'),
        cell: (execution) => (
          <span className="inline-flex items-center gap-1.5">
            <ExecutionState execution={execution} />
            <FindingsSign execution={execution} />
          </span>
        ),
      },
      {
        id: 'objective',
        header: t('column.objective'),
        align: 'right',
        cell: ({ objective }) => (objective === null ? '–' : format.number(objective, 4)),
      },
      {
        id: 'solver',
        header: t('column.solverStatus'),
        hideBelow: 'lg',
        cell: ({ solverStatus, checksOnly }) => statusText(checksOnly ? null : solverStatus),
      },
      {
        id: 'took',
        header: t('column.took'),
        align: 'right',
        hideBelow: 'lg',
        cell: (execution) =>
          isOpen(execution) || execution.finishedAt !== null ? (
            <Duration from={execution.createdAt} to={execution.finishedAt} />
          ) : (
            '–'
          ),
      },
      {
        id: 'by',
        header: t('column.by'),
        hideBelow: 'xl',
        cell: ({ createdBy }) => createdBy.name,
      },
      {
        id: 'created',
        header: t('column.created'),
        hideBelow: 'md',
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
    ];
  }, [t, format, appName, statusText, ofOneApp]);
};

const FindingsSign = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const { dataHasFindings, hasFindings } = execution;
  if (!dataHasFindings && !hasFindings) return null;
  const text = t(dataHasFindings ? 'dataHasFindings' : 'hasFindings');
  return (
    <Tooltip content={text}>
      <TriangleAlert role="img" aria-label={text} className="size-4 text-warning" />
    </Tooltip>
  );
};
