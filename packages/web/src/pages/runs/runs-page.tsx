import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import { Activity, ListFilter } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useRunColumns } from '../../features/runs/run-columns.tsx';
import { pipelineQueries } from '../../queries/pipelines.ts';
import { runQueries } from '../../queries/runs.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { RunFilters } from './run-filters.tsx';
import { filterFrom, isFiltered, type RunSearch } from './run-search.ts';
import { places } from '../../app/navigation.ts';

const route = getRouteApi('/app/runs');

export const RunsPage = () => {
  const { t } = useTranslation('runs');
  const search = route.useSearch();
  const navigate = useNavigate();
  const projectId = useProjectId();
  const runs = useQuery(runQueries.list(filterFrom(search, projectId)));
  const subjects = useSubjects(runs.data?.items ?? []);
  const columns = useRunColumns();
  const show = (next: RunSearch) => void navigate({ to: '/runs', search: next });
  const open = (run: Run) => void navigate({ to: '/runs/$runId', params: { runId: run.id } });

  const empty = isFiltered(search) ? (
    <EmptyState
      icon={ListFilter}
      title={t('empty.filtered')}
      text={t('empty.filteredText')}
      action={<Button onClick={() => show({})}>{t('filter.clear')}</Button>}
    />
  ) : (
    <EmptyState
      icon={Activity}
      title={t('empty.title')}
      text={t('empty.text')}
      action={
        <Button variant="primary" asChild>
          <Link to={places.pipelines}>{t('empty.action')}</Link>
        </Button>
      }
      command="dumont run start fund-data --follow"
    />
  );

  return (
    <Page title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-3">
        <RunFilters search={search} suggestions={subjects} onChange={show} />
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <QueryView
            query={runs}
            skeleton={<TableSkeleton rows={10} />}
            isEmpty={(page) => page.items.length === 0}
            empty={empty}
          >
            {(page) => (
              <Table
                label={t('title')}
                rows={page.items}
                columns={columns}
                rowKey={(run) => run.id}
                onOpen={open}
              />
            )}
          </QueryView>
        </div>
        <Pagination
          nextCursor={runs.data?.nextCursor ?? null}
          trail={search.pages ?? []}
          onTrail={(pages) => show({ ...search, pages })}
        />
      </div>
    </Page>
  );
};

/** Names to filter by: the pipelines that there are, and whatever else is on the page. */
const useSubjects = (shown: readonly Run[]): readonly string[] => {
  const projectId = useProjectId();
  const allowed = useMay('pipelines:read');
  const pipelines = useQuery({ ...pipelineQueries.list(projectId), enabled: allowed, staleTime: Infinity });
  const names = [
    ...(pipelines.data?.items.map((pipeline) => pipeline.id) ?? []),
    ...shown.map((run) => run.subject),
  ];
  return [...new Set(names)].toSorted();
};
