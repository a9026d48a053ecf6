import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FileJson } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useInstanceColumns } from '../../../features/optimization/instance-columns.tsx';
import { instanceQueries } from '../../../queries/optimization.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Pagination } from '../../../ui/pagination.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { Table } from '../../../ui/table.tsx';
import { ListFilters } from '../list-filters.tsx';
import { NothingFound } from '../nothing-found.tsx';
import type { OptimizationSearch } from '../optimization-search.ts';

interface InstancesTabProps {
  readonly search: OptimizationSearch;
  readonly onSearch: (search: OptimizationSearch) => void;
  /** What makes the first one. */
  readonly action: ReactNode;
}

/** Data that can be solved, newest first. */
export const InstancesTab = ({ search, onSearch, action }: InstancesTabProps) => {
  const { t } = useTranslation('optimization');
  const navigate = useNavigate();
  const projectId = useProjectId();
  const { app, name, pages } = search;
  const instances = useQuery(
    instanceQueries.list({ app, search: name, projectId, cursor: pages?.at(-1), limit: 50 }),
  );
  const columns = useInstanceColumns();
  return (
    <div className="flex flex-col gap-3">
      <ListFilters app={app} name={name} onChange={(filters) => onSearch({ tab: 'instances', ...filters })} />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={instances}
          skeleton={<TableSkeleton rows={8} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            name === undefined ? (
              <EmptyState
                icon={FileJson}
                title={t(app === undefined ? 'empty.instances' : 'empty.instancesOfApp')}
                {...(Boolean(action) && {
                  text: t('empty.instancesText'),
                  action,
                  command: `dumont solve ${app ?? 'APP'} FILE --check`,
                })}
              />
            ) : (
              <NothingFound
                name={name}
                onClear={() => onSearch({ ...search, name: undefined, pages: undefined })}
              />
            )
          }
        >
          {({ items }) => (
            <Table
              label={t('tabs.instances')}
              rows={items}
              columns={columns}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: '/optimization/instances/$instanceId', params: { instanceId: id } })
              }
            />
          )}
        </QueryView>
      </div>
      <Pagination
        nextCursor={instances.data?.nextCursor ?? null}
        trail={pages ?? []}
        onTrail={(trail) => onSearch({ ...search, pages: trail })}
      />
    </div>
  );
};
