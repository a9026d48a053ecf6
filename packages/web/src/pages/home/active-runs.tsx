import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Run } from '@dumont/contracts/runs/runs';
import { useTranslation } from 'react-i18next';
import { RunNote, RunProgress } from '../../features/runs/run-columns.tsx';
import { activeStates, shownState } from '../../lib/run-states.ts';
import { runQueries } from '../../queries/runs.ts';
import { useProjectId } from '../../queries/session.ts';
import { Duration } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';

/** What runs or waits now, with its progress; not there while nothing does. */
export const ActiveRuns = () => {
  const { t } = useTranslation('home');
  const projectId = useProjectId();
  const { data } = useQuery(
    runQueries.list({
      state: activeStates.join(','),
      limit: 20,
      ...(projectId === undefined ? {} : { projectId }),
    }),
  );
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title={t('activeRuns')} flush>
      <ul className="divide-y divide-line">
        {data.items.map((run) => (
          <ActiveRun key={run.id} run={run} />
        ))}
      </ul>
    </Section>
  );
};

const ActiveRun = ({ run }: { readonly run: Run }) => (
  <li>
    <Link
      to="/runs/$runId"
      params={{ runId: run.id }}
      className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 transition-colors hover:bg-hover focus-visible:-outline-offset-2"
    >
      <span className="shrink-0 font-medium sm:w-12">#{run.number}</span>
      <span className="shrink-0 sm:w-28">
        <StateBadge plain state={shownState(run)} />
      </span>
      <span className="order-3 min-w-0 flex-1 basis-full truncate sm:order-none sm:basis-40">
        <span className="font-medium">{run.subject}</span>
        <RunNote run={run} className="ml-2.5" />
      </span>
      <span className="order-4 sm:order-none">
        <RunProgress run={run} />
      </span>
      <span className="ml-auto w-20 text-right text-ink-muted sm:ml-0">
        <Duration from={run.startedAt ?? run.queuedAt} to={null} />
      </span>
    </Link>
  </li>
);
