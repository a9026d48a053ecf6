import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Camera, ListFilter, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshotColumns } from '../../features/snapshots/snapshot-columns.tsx';
import { useMachines } from '../../queries/machines.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { Button } from '../../ui/button.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { snapshotFilterFrom, type SnapshotSearch } from './snapshot-search.ts';

const any = 'any';
const states = ['verified', 'creating', 'verifying', 'partial', 'failed'] as const;

interface SnapshotsTabProps {
  readonly search: SnapshotSearch;
  readonly onSearch: (search: SnapshotSearch) => void;
  /** What makes the first one. */
  readonly action: ReactNode;
}

/** Snapshots of all machines, newest first. */
export const SnapshotsTab = ({ search, onSearch, action }: SnapshotsTabProps) => {
  const { t } = useTranslation('snapshots');
  const navigate = useNavigate();
  const machines = useMachines();
  const snapshots = useQuery(snapshotQueries.list(snapshotFilterFrom(search)));
  const columns = useSnapshotColumns();
  const { machine, state } = search;
  const isFiltered = machine !== undefined || state !== undefined;
  const known = machines.data?.instances ?? [];
  const clear = (
    <Button variant="ghost" onClick={() => onSearch({})}>
      <X aria-hidden />
      {t('filter.clear')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      <div role="search" aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2">
        <Select
          className="w-auto! min-w-40 flex-1 sm:flex-none"
          label={t('column.machine')}
          value={machine ?? any}
          onChange={(next) => onSearch({ state, machine: next === any ? undefined : next })}
          options={[
            { value: any, label: t('filter.anyMachine') },
            ...known.map(({ id, label }) => ({ value: id, label })),
            // Of one that is gone; the address may name any.
            ...(machine === undefined || known.some(({ id }) => id === machine)
              ? []
              : [{ value: machine, label: machine.slice(-8) }]),
          ]}
        />
        <Select
          className="w-auto! min-w-36 flex-1 sm:flex-none"
          label={t('column.state')}
          value={state ?? any}
          onChange={(next) => onSearch({ machine, state: states.find((one) => one === next) })}
          options={[
            { value: any, label: t('filter.anyState') },
            ...states.map((value) => ({ value, label: t(`state.${value}`) })),
          ]}
        />
        {isFiltered && clear}
      </div>
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={snapshots}
          skeleton={<TableSkeleton rows={8} />}
          isEmpty={({ snapshots: items }) => items.length === 0}
          empty={
            isFiltered ? (
              <EmptyState icon={ListFilter} title={t('empty.filtered')} action={clear} />
            ) : (
              <EmptyState
                icon={Camera}
                title={t('empty.title')}
                text={t('empty.text')}
                action={action}
                command="dumont snapshot create MACHINE"
              />
            )
          }
        >
          {({ snapshots: items }) => (
            <Table
              label={t('title')}
              rows={items}
              columns={columns}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: '/snapshots/$snapshotId', params: { snapshotId: id }, search: {} })
              }
            />
          )}
        </QueryView>
      </div>
      <Pagination
        nextCursor={snapshots.data?.nextCursor ?? null}
        trail={search.pages ?? []}
        onTrail={(pages) => onSearch({ ...search, pages })}
      />
    </div>
  );
};
