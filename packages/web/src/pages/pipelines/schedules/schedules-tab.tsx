import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schedule } from '@dumont/contracts/runs/schedules';
import { CalendarClock, Ellipsis, Pause, PencilLine, Play, Plus, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { pipelineQueries } from '../../../queries/pipelines.ts';
import { scheduleQueries } from '../../../queries/schedules.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import { cronInWords } from './cron-words.ts';

const ScheduleDialog = lazy(() => import('./schedule-dialog.tsx'));

type Open = { readonly kind: 'edit' | 'delete'; readonly schedule: Schedule } | { readonly kind: 'new' };

export const SchedulesTab = () => {
  const { t } = useTranslation(['pipelines', 'common']);
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const mayWrite = useMay('schedules:write');
  const schedules = useQuery(scheduleQueries.list(projectId));
  const pipelines = useQuery(pipelineQueries.list(projectId));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);

  const remove = async (schedule: Schedule) => {
    await api.deleteSchedule({ params: { id: schedule.id } });
    await queryClient.invalidateQueries({ queryKey: scheduleQueries.all });
    toast.ok(t('schedule.deleted', { name: schedule.name }));
  };
  const create = mayWrite && (
    <Button
      variant="primary"
      disabled={pipelines.data === undefined}
      onClick={() => setOpen({ kind: 'new' })}
    >
      <Plus aria-hidden />
      {t('schedule.new')}
    </Button>
  );
  const columns = useColumns(mayWrite, setOpen);

  return (
    <div className="flex flex-col gap-3">
      {(schedules.data?.items.length ?? 0) > 0 && <div className="flex justify-end">{create}</div>}
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={schedules}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState
              icon={CalendarClock}
              title={t('schedule.emptyTitle')}
              text={t('schedule.emptyText')}
              action={create}
            />
          }
        >
          {({ items }) => (
            <Table label={t('schedule.title')} rows={items} columns={columns} rowKey={({ id }) => id} />
          )}
        </QueryView>
      </div>
      {open !== null && open.kind !== 'delete' && pipelines.data !== undefined && (
        <Suspense fallback={null}>
          <ScheduleDialog
            schedule={open.kind === 'edit' ? open.schedule : undefined}
            pipelines={pipelines.data.items}
            onClose={close}
          />
        </Suspense>
      )}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('schedule.deleteTitle', { name: open.schedule.name })}
          consequence={t('schedule.deleteText')}
          action={t('common:delete')}
          onConfirm={() => remove(open.schedule)}
        />
      )}
    </div>
  );
};

const useColumns = (mayWrite: boolean, onOpen: (open: Open) => void): Column<Schedule>[] => {
  const { t } = useTranslation(['pipelines', 'common']);
  const columns: (Column<Schedule> | false)[] = [
    { id: 'name', header: t('schedule.name'), grow: true, cell: (schedule) => <Name schedule={schedule} /> },
    {
      id: 'state',
      header: t('schedule.state'),
      hideBelow: 'sm',
      cell: ({ enabled }) => (
        <Badge tone={enabled ? 'ok' : 'neutral'}>
          {enabled ? <Play aria-hidden /> : <Pause aria-hidden />}
          {t(enabled ? 'schedule.enabled' : 'schedule.paused')}
        </Badge>
      ),
    },
    {
      id: 'next',
      header: t('schedule.next'),
      align: 'right',
      hideBelow: 'sm',
      cell: ({ enabled, nextFireAt }) =>
        enabled && nextFireAt !== null ? <RelativeTime at={nextFireAt} /> : '–',
    },
    {
      id: 'last',
      header: t('schedule.last'),
      align: 'right',
      hideBelow: 'md',
      cell: ({ lastFireAt, lastRunId }) => {
        if (lastFireAt === null) return '–';
        if (lastRunId === null) return <RelativeTime at={lastFireAt} />;
        return (
          <Link
            to="/runs/$runId"
            params={{ runId: lastRunId }}
            title={t('schedule.openRun')}
            className="underline underline-offset-2"
          >
            <RelativeTime at={lastFireAt} />
          </Link>
        );
      },
    },
    mayWrite && {
      id: 'actions',
      header: <span className="sr-only">{t('schedule.edit')}</span>,
      align: 'right',
      cell: (schedule) => <Actions schedule={schedule} onOpen={onOpen} />,
    },
  ];
  return columns.filter((column) => column !== false);
};

const Name = ({ schedule }: { readonly schedule: Schedule }) => {
  const { t } = useTranslation(['pipelines', 'common']);
  const { locale } = useFormat();
  const words = cronInWords(schedule.cron, t, locale);
  return (
    <span className="flex flex-col py-2 leading-tight">
      <span className="truncate font-medium text-ink">
        {schedule.name}
        {!schedule.enabled && (
          <span className="ml-2 text-xs text-ink-muted sm:hidden">{t('schedule.paused')}</span>
        )}
      </span>
      <span className="truncate text-xs text-ink-muted">
        {words ?? <code className="font-mono">{schedule.cron}</code>}
        {schedule.businessDaysOnly && ` · ${t('schedule.businessDays')}`}
        {` · ${schedule.subject} · ${schedule.timeZone}`}
      </span>
      {schedule.lastError !== null && (
        <span className="text-xs whitespace-normal text-danger">
          {t('schedule.lastError', { reason: schedule.lastError })}
        </span>
      )}
    </span>
  );
};

interface ActionsProps {
  readonly schedule: Schedule;
  readonly onOpen: (open: Open) => void;
}

const Actions = ({ schedule, onOpen }: ActionsProps) => {
  const { t } = useTranslation(['pipelines', 'common']);
  const queryClient = useQueryClient();
  const pause = useMutation({
    mutationFn: () =>
      api.updateSchedule({ params: { id: schedule.id }, body: { enabled: !schedule.enabled } }),
    onSuccess: async ({ name, enabled }) => {
      await queryClient.invalidateQueries({ queryKey: scheduleQueries.all });
      toast.ok(t(enabled ? 'schedule.resumedToast' : 'schedule.pausedToast', { name }));
    },
    onError: toast.error,
  });
  return (
    <Menu
      trigger={
        <IconButton label={t('schedule.actions', { name: schedule.name })} size="sm">
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      <MenuItem
        icon={schedule.enabled ? <Pause aria-hidden /> : <Play aria-hidden />}
        disabled={pause.isPending}
        onSelect={() => pause.mutate()}
      >
        {t(schedule.enabled ? 'schedule.pause' : 'schedule.resume')}
      </MenuItem>
      <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onOpen({ kind: 'edit', schedule })}>
        {t('schedule.edit')}
      </MenuItem>
      <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => onOpen({ kind: 'delete', schedule })}>
        {t('common:delete')}
      </MenuItem>
    </Menu>
  );
};
