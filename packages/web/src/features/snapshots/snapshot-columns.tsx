import { Link } from '@tanstack/react-router';
import type { Snapshot } from '@dumont/contracts/snapshots/snapshots';
import { Pin } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { RelativeTime } from '../../ui/figures.tsx';
import { Progress } from '../../ui/progress.tsx';
import { isBeingMade } from '../../queries/snapshots.ts';
import type { Column } from '../../ui/table.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { MachineName } from './machine-name.tsx';
import { SnapshotActions } from './snapshot-actions.tsx';
import { SnapshotState } from './snapshot-state.tsx';

interface ColumnOptions {
  /** All of the list are of one machine. */
  readonly ofOneMachine?: boolean;
}

/** Columns of a list of snapshots. */
export const useSnapshotColumns = ({
  ofOneMachine = false,
}: ColumnOptions = {}): readonly Column<Snapshot>[] => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  return useMemo((): readonly Column<Snapshot>[] => {
    const machine: Column<Snapshot> = {
      id: 'machine',
      header: t('column.machine'),
      hideBelow: 'sm',
      cell: ({ instance_id: id }) => <MachineName id={id} />,
    };
    return [
      {
        id: 'time',
        header: t('column.time'),
        cell: (snapshot) => (
          <span className="inline-flex items-center gap-2">
            <Link
              to="/snapshots/$snapshotId"
              params={{ snapshotId: snapshot.id }}
              search={{}}
              className="font-medium text-ink hover:underline"
            >
              <RelativeTime at={snapshot.time} />
            </Link>
            {snapshot.keep_forever && (
              <Tooltip content={t('kept')}>
                <Pin role="img" aria-label={t('kept')} className="size-3.5 text-ink-muted" />
              </Tooltip>
            )}
          </span>
        ),
      },
      ...(ofOneMachine ? [] : [machine]),
      {
        id: 'kind',
        header: t('column.kind'),
        hideBelow: 'md',
        cell: ({ kind }) => t(`kind.${kind}`),
      },
      {
        id: 'state',
        header: t('column.state'),
        cell: (snapshot) => (
          <span className="flex items-center gap-3">
            <SnapshotState state={snapshot.state} />
            {isBeingMade(snapshot) && (
              <span className="hidden w-24 md:block">
                <Progress label={t('making')} value={snapshot.percent} figure />
              </span>
            )}
          </span>
        ),
      },
      {
        id: 'size',
        header: t('column.size'),
        align: 'right',
        cell: ({ total_bytes_processed: size }) => (size === null ? '–' : format.bytes(size)),
      },
      {
        id: 'added',
        header: t('column.added'),
        align: 'right',
        hideBelow: 'md',
        cell: ({ data_added: added }) => (added === null ? '–' : format.bytes(added)),
      },
      {
        id: 'files',
        header: t('column.files'),
        align: 'right',
        hideBelow: 'lg',
        cell: ({ total_files_processed: files }) => (files === null ? '–' : format.number(files)),
      },
      {
        id: 'took',
        header: t('column.took'),
        align: 'right',
        hideBelow: 'lg',
        cell: ({ duration_seconds: seconds }) => (seconds === null ? '–' : format.duration(seconds)),
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('actions')}</span>,
        align: 'right',
        cell: (snapshot) => <SnapshotActions snapshot={snapshot} />,
      },
    ];
  }, [t, format, ofOneMachine]);
};
