import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useTranslation } from 'react-i18next';
import { ExecutionState } from '../../../features/optimization/execution-state.tsx';
import { useAppName } from '../../../features/optimization/use-apps.ts';
import { isOpen } from '../../../lib/execution-states.ts';
import { executionQueries } from '../../../queries/optimization.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Page } from '../../../ui/page.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { BackLink, ObjectPage } from '../object-page.tsx';
import { ExecutionActions } from './execution-actions.tsx';
import { ComparePart } from './compare-part.tsx';
import { ExecutionFigures } from './execution-figures.tsx';
import { ExecutionLog } from './execution-log.tsx';
import { ChecksPart, ConfigPart, KpisPart, SolutionPart } from './execution-parts.tsx';
import { ExecutionProgress } from './execution-progress.tsx';

const route = getRouteApi('/app/optimization/executions/$executionId');

export const ExecutionPage = () => {
  const { t } = useTranslation('optimization');
  const { executionId } = route.useParams();
  const execution = useQuery(executionQueries.detail(executionId));
  return (
    <ObjectPage query={execution} tab="executions" title={t('tabs.executions')}>
      {(data) => <Loaded key={data.id} execution={data} />}
    </ObjectPage>
  );
};

const endedBadly: readonly Execution['state'][] = ['failed', 'not_started', 'not_saved', 'unknown'];

const Loaded = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  const appName = useAppName();
  const isAtWork = isOpen(execution);
  const hasNoAnswer = isAtWork || endedBadly.includes(execution.state);
  const standing = execution.checksOnly || execution.dataHasFindings ? 'checks' : 'solution';
  return (
    <Page
      title={execution.name}
      heading={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="min-w-0 break-words">{execution.name}</span>
          <ExecutionState execution={execution} />
        </span>
      }
      description={execution.description === '' ? appName(execution.app) : execution.description}
      breadcrumb={<BackLink tab="executions" />}
      actions={<ExecutionActions execution={execution} />}
    >
      {endedBadly.includes(execution.state) && (
        <Alert tone="danger" live={false}>
          <p className="font-medium">{t(`ended.${execution.state as 'failed'}`)}</p>
          {execution.message !== '' && (
            <p className="mt-0.5 font-mono text-xs break-words">{execution.message}</p>
          )}
        </Alert>
      )}
      {execution.dataHasFindings && (
        <Alert tone="warning" live={false}>
          {t(execution.checksOnly ? 'dataHasFindingsChecked' : 'dataHasFindingsText')}
        </Alert>
      )}
      {execution.hasFindings && (
        <Alert tone="warning" live={false}>
          {t('hasFindingsText')}
        </Alert>
      )}
      <ExecutionFigures execution={execution} />
      {isAtWork && <ExecutionProgress execution={execution} />}
      <Tabs
        label={t('part.label')}
        value={tab ?? (hasNoAnswer ? 'log' : standing)}
        onChange={(next) =>
          void navigate({
            to: '/optimization/executions/$executionId',
            params: { executionId: execution.id },
            search: { tab: next },
            replace: true,
          })
        }
        tabs={[
          { value: 'solution', label: t('part.solution'), content: <SolutionPart execution={execution} /> },
          { value: 'checks', label: t('part.checks'), content: <ChecksPart execution={execution} /> },
          { value: 'kpis', label: t('part.kpis'), content: <KpisPart execution={execution} /> },
          { value: 'compare', label: t('part.compare'), content: <ComparePart execution={execution} /> },
          { value: 'log', label: t('part.log'), content: <ExecutionLog execution={execution} /> },
          { value: 'config', label: t('part.config'), content: <ConfigPart execution={execution} /> },
        ]}
      />
    </Page>
  );
};
