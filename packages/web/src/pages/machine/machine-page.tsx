import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ApiError } from '@dumont/contracts/client';
import type { Instance } from '@dumont/contracts/machines/instances';
import { CircleSlash, SquareTerminal } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { MachineActions } from '../../features/machines/machine-actions.tsx';
import { MachineStatus } from '../../features/machines/machine-status.tsx';
import { useFormat } from '../../lib/format/use-format.ts';
import { useMachineCommands } from '../../features/machines/use-machine-commands.ts';
import { gpusOf } from '../../lib/machine-states.ts';
import { machineQueries } from '../../queries/machines.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { CostTab } from './cost/cost-tab.tsx';
import { MachineNotices } from './machine-notices.tsx';
import type { MachineTab } from './machine-search.ts';
import { OverviewTab } from './overview/overview-tab.tsx';
import { SnapshotsTab } from './snapshots-tab.tsx';
import { StoryTab } from './story/story-tab.tsx';

const SleepTab = lazy(() => import('./sleep/sleep-tab.tsx'));
const Terminal = lazy(() => import('../../features/terminal/terminal.tsx'));

const route = getRouteApi('/app/machines/$machineId');

export const MachinePage = () => {
  const { t } = useTranslation('machines');
  const { machineId } = route.useParams();
  const machine = useQuery(machineQueries.detail(machineId));
  if (machine.data !== undefined) return <Loaded key={machineId} machine={machine.data} />;
  const isUnknown = machine.error instanceof ApiError && [404, 422].includes(machine.error.status);
  return (
    <Page title={t('one')} breadcrumb={<Breadcrumb />}>
      {!machine.isError && <Skeleton className="h-96 w-full rounded-lg" />}
      {machine.isError &&
        (isUnknown ? (
          <EmptyState
            icon={CircleSlash}
            title={t('notFound')}
            text={t('notFoundText')}
            action={
              <Button asChild>
                <Link to="/machines" search={{}}>
                  {t('back')}
                </Link>
              </Button>
            }
          />
        ) : (
          <ErrorState
            error={machine.error}
            onRetry={() => void machine.refetch()}
            retrying={machine.isFetching}
          />
        ))}
    </Page>
  );
};

const Breadcrumb = () => {
  const { t } = useTranslation('machines');
  return (
    <Link to="/machines" search={{}} className="underline-offset-4 hover:text-ink hover:underline">
      {t('title')}
    </Link>
  );
};

const Loaded = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const navigate = useNavigate();
  const { tab } = route.useSearch();
  useMachineCommands(machine);
  const maySeeSnapshots = useMay('snapshots:read');
  const mayEnter = useMay('machines:enter');
  const tabs: { readonly value: MachineTab; readonly content: React.ReactNode }[] = [
    { value: 'overview', content: <OverviewTab machine={machine} /> },
    ...(mayEnter
      ? [
          {
            value: 'terminal' as const,
            content:
              machine.status === 'running' ? (
                <Suspense fallback={<Skeleton className="h-72 w-full rounded-lg" />}>
                  <Terminal machine={machine} />
                </Suspense>
              ) : (
                <EmptyState icon={SquareTerminal} title={t('terminal.asleep')} />
              ),
          },
        ]
      : []),
    ...(maySeeSnapshots
      ? [{ value: 'snapshots' as const, content: <SnapshotsTab machine={machine} /> }]
      : []),
    { value: 'story', content: <StoryTab machine={machine} /> },
    { value: 'cost', content: <CostTab machine={machine} /> },
    {
      value: 'sleep',
      content: (
        <Suspense fallback={<Skeleton className="h-72 w-full rounded-lg" />}>
          <SleepTab machine={machine} />
        </Suspense>
      ),
    },
  ];
  return (
    <Page
      title={machine.label}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 break-words">{machine.label}</span>
          <MachineStatus status={machine.status} />
        </span>
      }
      description={[
        machine.gpu_name === null ? null : gpusOf(machine),
        machine.geolocation,
        machine.dph_total === 0
          ? null
          : t('perHour', { price: format.money(machine.dph_total, 'USD', { digits: 3 }) }),
      ]
        .filter((part) => part !== null)
        .join(' · ')}
      breadcrumb={<Breadcrumb />}
      actions={<MachineActions machine={machine} wide />}
    >
      <MachineNotices machine={machine} />
      <Tabs
        label={t('machineTabs')}
        value={tabs.some(({ value }) => value === tab) ? (tab ?? 'overview') : 'overview'}
        onChange={(next) =>
          void navigate({
            to: '/machines/$machineId',
            params: { machineId: machine.id },
            search: next === 'overview' ? {} : { tab: next },
          })
        }
        tabs={tabs.map(({ value, content }) => ({ value, label: t(`tab.${value}`), content }))}
      />
    </Page>
  );
};
