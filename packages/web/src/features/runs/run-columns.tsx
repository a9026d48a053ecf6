import { Link } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import { RotateCw } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../../lib/cn.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { isActive, shownState } from '../../lib/run-states.ts';
import { useMay } from '../../queries/session.ts';
import { Duration, RelativeTime } from '../../ui/figures.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Progress } from '../../ui/progress.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import type { Column } from '../../ui/table.tsx';
import { toast } from '../../ui/toast.tsx';
import { useRerun } from './run-actions.ts';
import { runNote } from './run-note.ts';

export const RunNote = ({ run, className }: { readonly run: Run; readonly className?: string }) => {
  const { t } = useTranslation('runs');
  const format = useFormat();
  const note = runNote(run, t, format.exact);
  return note === null ? null : <span className={cn('text-ink-muted', className)}>{note}</span>;
};

/** The columns of every table of runs; `compact` leaves out what a narrow panel has no room for. */
export const useRunColumns = ({ compact = false }: { readonly compact?: boolean } = {}): Column<Run>[] => {
  const { t } = useTranslation('runs');
  return useMemo(() => {
    const columns: (Column<Run> | false)[] = [
      {
        id: 'number',
        header: t('column.number'),
        hideBelow: 'sm',
        cell: (run) => <RunLink run={run} />,
      },
      {
        id: 'state',
        header: t('column.state'),
        hideBelow: 'sm',
        cell: (run) => <StateBadge plain state={shownState(run)} />,
      },
      { id: 'subject', header: t('column.subject'), grow: true, cell: (run) => <Subject run={run} /> },
      !compact && {
        id: 'progress',
        header: t('column.progress'),
        hideBelow: 'lg',
        cell: (run) => <RunProgress run={run} />,
      },
      {
        id: 'duration',
        header: t('column.duration'),
        align: 'right',
        hideBelow: 'sm',
        cell: (run) => run.startedAt !== null && <Duration from={run.startedAt} to={run.finishedAt} />,
      },
      {
        id: 'queued',
        header: t('column.queued'),
        align: 'right',
        hideBelow: compact ? 'md' : 'sm',
        cell: (run) => (
          <span className="text-ink-muted">
            <RelativeTime at={run.queuedAt} />
          </span>
        ),
      },
      !compact && {
        id: 'by',
        header: t('column.by'),
        hideBelow: 'lg',
        cell: (run) => (
          <span className="block max-w-40 truncate text-ink-muted">
            {run.createdBy?.name ?? t(run.scheduleId === null ? 'by.nobody' : 'by.schedule')}
          </span>
        ),
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        align: 'right',
        cell: (run) => !isActive(run) && <RerunButton run={run} />,
      },
    ];
    return columns.filter((column) => column !== false);
  }, [t, compact]);
};

const RunLink = ({ run }: { readonly run: Run }) => (
  <Link
    to="/runs/$runId"
    params={{ runId: run.id }}
    className="font-medium text-ink underline-offset-4 hover:underline"
  >
    #{run.number}
  </Link>
);

/** One line beside the other columns; on small windows two that stand for them. */
const Subject = ({ run }: { readonly run: Run }) => (
  <>
    <span className="flex items-baseline gap-2 pt-2 sm:hidden">
      <RunLink run={run} />
      <span className="min-w-0 flex-1 truncate font-medium">{run.subject}</span>
      <span className="text-xs text-ink-muted">
        <RelativeTime at={run.queuedAt} />
      </span>
    </span>
    <span className="flex items-center gap-2.5 pb-2 sm:hidden">
      <StateBadge plain state={shownState(run)} />
      <RunNote run={run} className="min-w-0 flex-1 truncate" />
    </span>
    <span className="hidden sm:inline">
      <span className="font-medium">{run.subject}</span>
      <RunNote run={run} className="ml-2.5" />
    </span>
  </>
);

/** How far a run that works is; nothing for one that waits or has ended. */
export const RunProgress = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  if (!isActive(run) || run.state === 'queued') return null;
  return (
    <span className="block w-36">
      <Progress
        label={`${t('column.progress')}, ${t('run', { number: run.number })}`}
        value={run.progress}
        estimated={run.progressEstimated}
        figure
      />
    </span>
  );
};

const RerunButton = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const allowed = useMay('runs:write');
  const rerun = useRerun();
  // A model is solved again by its execution.
  if (!allowed || run.kind === 'model') return null;
  return (
    <IconButton
      label={`${t('rerun')} (#${run.number})`}
      size="sm"
      disabled={rerun.isPending}
      onClick={() => rerun.mutate({ run }, { onError: toast.error })}
    >
      <RotateCw aria-hidden />
    </IconButton>
  );
};
