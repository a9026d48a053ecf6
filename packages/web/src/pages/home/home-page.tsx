import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import type { Stats } from '@dumont/contracts/runs/stats';
import { useTranslation } from 'react-i18next';
import { useRunColumns } from '../../features/runs/run-columns.tsx';
import { runQueries, statsQueries } from '../../queries/runs.ts';
import { useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueryView, Skeleton, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { ActiveRuns } from './active-runs.tsx';
import { FirstSteps } from './first-steps.tsx';
import { HomeMachines } from './home-machines.tsx';
import { HomeStats } from './home-stats.tsx';
import { RunsChart } from './runs-chart.tsx';
import { SystemsTable } from './systems-table.tsx';

const recentLimit = 8;

const nothingEver = (stats: Stats, recent: readonly Run[]): boolean =>
  recent.length === 0 && stats.perDay.every((day) => day.total === 0);

export const HomePage = () => {
  const { t } = useTranslation('home');
  const projectId = useProjectId();
  const inProject = projectId === undefined ? {} : { projectId };
  const stats = useQuery(statsQueries.today(projectId));
  const recent = useQuery(runQueries.list({ limit: recentLimit, ...inProject }));
  const navigate = useNavigate();
  const columns = useRunColumns({ compact: true });

  if (stats.data !== undefined && recent.data !== undefined && nothingEver(stats.data, recent.data.items)) {
    return (
      <Page title={t('title')}>
        <HomeMachines />
        <FirstSteps />
      </Page>
    );
  }

  return (
    <Page title={t('title')}>
      <HomeMachines />
      <QueryView query={stats} skeleton={<Skeleton className="h-24 w-full rounded-lg" />}>
        {(data) => <HomeStats stats={data} />}
      </QueryView>
      <ActiveRuns />
      <QueryView query={stats} skeleton={<Skeleton className="h-72 w-full rounded-lg" />}>
        {(data) => (
          <div className="grid grid-cols-1 gap-5 xl:grid-cols-2">
            <RunsChart days={data.perDay} />
            <SystemsTable systems={data.perSystem} />
          </div>
        )}
      </QueryView>
      <Section
        title={t('recent')}
        flush
        actions={
          <Button variant="ghost" size="sm" asChild>
            <Link to="/runs" search={{}}>
              {t('recentAll')}
            </Link>
          </Button>
        }
      >
        <QueryView query={recent} skeleton={<TableSkeleton rows={5} />}>
          {(page) => (
            <Table
              label={t('recent')}
              rows={page.items}
              columns={columns}
              rowKey={(run) => run.id}
              onOpen={(run) => void navigate({ to: '/runs/$runId', params: { runId: run.id } })}
            />
          )}
        </QueryView>
      </Section>
    </Page>
  );
};
