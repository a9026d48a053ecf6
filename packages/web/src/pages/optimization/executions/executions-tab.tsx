import { useQuery } from '@tanstack/react-query';
import { Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ExecutionTable } from '../../../features/optimization/execution-table.tsx';
import { executionQueries } from '../../../queries/optimization.ts';
import { useProjectId } from '../../../queries/session.ts';
import { Pagination } from '../../../ui/pagination.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { ListFilters } from '../list-filters.tsx';
import { NothingFound } from '../nothing-found.tsx';
import type { OptimizationSearch } from '../optimization-search.ts';

interface ExecutionsTabProps {
  readonly search: OptimizationSearch;
  readonly onSearch: (search: OptimizationSearch) => void;
  /** What leads to the first one. */
  readonly action: ReactNode;
}

/** What is solved now and what was, newest first. */
export const ExecutionsTab = ({ search, onSearch, action }: ExecutionsTabProps) => {
  const { t } = useTranslation('optimization');
  const projectId = useProjectId();
  const { app, name, pages } = search;
  const executions = useQuery(
    executionQueries.list({ app, search: name, projectId, cursor: pages?.at(-1), limit: 50 }),
  );
  return (
    <div className="flex flex-col gap-3">
      <ListFilters app={app} name={name} onChange={(filters) => onSearch({ ...filters })} />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={executions}
          skeleton={<TableSkeleton rows={8} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            name === undefined ? (
              <EmptyState
                icon={Waypoints}
                title={t(app === undefined ? 'empty.executions' : 'empty.executionsOfApp')}
                {...(Boolean(action) && {
                  text: t('empty.executionsText'),
                  action,
                  command: `dumont solve ${app ?? 'APP'} FILE`,
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
          {({ items }) => <ExecutionTable executions={items} ofOneApp={app !== undefined} />}
        </QueryView>
      </div>
      <Pagination
        nextCursor={executions.data?.nextCursor ?? null}
        trail={pages ?? []}
        onTrail={(trail) => onSearch({ ...search, pages: trail })}
      />
    </div>
  );
};
