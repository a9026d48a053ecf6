import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { whyNone } from '@dumont/contracts/optimization/without-solution';
import { CircleCheck, Download, Hourglass, Minus, Settings2, Sigma, type LucideIcon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { DocumentView } from '../../../features/optimization/document-view.tsx';
import { isWithoutRows } from '../../../features/optimization/document-tables.ts';
import { SolutionView } from '../../../features/optimization/solution-view.tsx';
import { downloadFile } from '../../../lib/download.ts';
import { isOpen } from '../../../lib/execution-states.ts';
import { executionQueries, instanceQueries } from '../../../queries/optimization.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { useAppSchemas } from '../../../features/optimization/use-app-schemas.ts';
import { useSolverLogSchema } from '../../../features/optimization/use-solver-log-schema.ts';

interface PartProps {
  readonly execution: Execution;
}

const waiting = <Skeleton className="h-64 w-full rounded-lg" />;

/** The answer: its picture, and all of it as tables. */
export const SolutionPart = ({ execution }: PartProps) => {
  const { t } = useTranslation('optimization');
  const { id, app, instanceId } = execution;
  const solution = useQuery(executionQueries.part(id, 'solution'));
  const instance = useQuery(instanceQueries.data(instanceId));
  const schemas = useAppSchemas(app);
  const why = whyNone(execution);
  return (
    <QueryView
      query={solution}
      skeleton={waiting}
      isEmpty={(document) => document === null}
      empty={
        <NothingYet
          execution={execution}
          title={t('part.solutionNone')}
          text={why === undefined ? undefined : t(`part.solutionNoneOf.${why}`)}
          icon={Sigma}
        />
      }
    >
      {(document) => (
        <QueryView query={instance} skeleton={waiting}>
          {(data) => (
            <SolutionView
              app={app}
              instance={data}
              solution={document}
              schema={schemas.data?.solution}
              actions={
                <Button
                  size="sm"
                  onClick={() => {
                    downloadFile(`/api/v1/optimization/executions/${id}/solution`).catch(toast.error);
                  }}
                >
                  <Download aria-hidden />
                  {t('part.download')}
                </Button>
              }
            />
          )}
        </QueryView>
      )}
    </QueryView>
  );
};

/** What the app found wrong with the data and with the solution. */
export const ChecksPart = ({ execution }: PartProps) => {
  const { t } = useTranslation('optimization');
  const { id, app } = execution;
  const schemas = useAppSchemas(app).data;
  const ofInstance = useQuery(executionQueries.part(id, 'instance_checks'));
  const ofSolution = useQuery(executionQueries.part(id, 'solution_checks'));
  const solution = useQuery(executionQueries.part(id, 'solution'));
  if (isOpen(execution)) return <NothingYet execution={execution} title="" icon={Hourglass} />;
  const isAnswered = execution.state === 'solved' || execution.state === 'loaded';
  const parts = [
    [t('part.checksInstance'), ofInstance, schemas?.instance_checks, isAnswered],
    [t('part.checksSolution'), ofSolution, schemas?.solution_checks, isAnswered && solution.data !== null],
  ] as const;
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      {parts.map(([title, query, schema, isChecked]) => (
        <section key={title} className="flex min-w-0 flex-col gap-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          <QueryView
            query={query as UseQueryResult<unknown>}
            skeleton={waiting}
            isEmpty={isWithoutRows}
            empty={
              <p className="flex items-center gap-2 text-sm text-ink-muted">
                {isChecked ? (
                  <CircleCheck aria-hidden className="size-4 text-ok" />
                ) : (
                  <Minus aria-hidden className="size-4" />
                )}
                {t(isChecked ? 'part.checksNone' : 'part.checksNotDone')}
              </p>
            }
          >
            {(document) => <DocumentView document={document} schema={schema} title={title} />}
          </QueryView>
        </section>
      ))}
    </div>
  );
};

export const KpisPart = ({ execution }: PartProps) => {
  const { t } = useTranslation('optimization');
  const { id, app } = execution;
  const kpis = useQuery(executionQueries.part(id, 'kpis'));
  const schemas = useAppSchemas(app).data;
  return (
    <QueryView
      query={kpis}
      skeleton={waiting}
      isEmpty={(document) => document === null}
      empty={<NothingYet execution={execution} title={t('part.kpisNone')} icon={Sigma} />}
    >
      {(document) => <DocumentView document={document} schema={schemas?.kpis} title={t('part.kpis')} />}
    </QueryView>
  );
};

/** What it was told, and what the solver said of itself. */
export const ConfigPart = ({ execution }: PartProps) => {
  const { t } = useTranslation('optimization');
  const config = useQuery(executionQueries.part(execution.id, 'config'));
  const log = useQuery(executionQueries.part(execution.id, 'log'));
  const schemas = useAppSchemas(execution.app).data;
  const logSchema = useSolverLogSchema();
  return (
    <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
      <QueryView
        query={config}
        skeleton={waiting}
        isEmpty={(document) => JSON.stringify(document) === '{}'}
        empty={<EmptyState icon={Settings2} title={t('part.configNone')} />}
      >
        {(document) => <DocumentView document={document} schema={schemas?.config} title={t('part.config')} />}
      </QueryView>
      <QueryView query={log} skeleton={waiting} isEmpty={(document) => document === null} empty={null}>
        {(document) => <DocumentView document={document} schema={logSchema} title={t('part.solverSaid')} />}
      </QueryView>
    </div>
  );
};

interface NothingYetProps extends PartProps {
  readonly title: string;
  readonly text?: string | undefined;
  readonly icon: LucideIcon;
}

const NothingYet = ({ execution, title, text, icon }: NothingYetProps) => {
  const { t } = useTranslation('optimization');
  return isOpen(execution) ? (
    <EmptyState icon={Hourglass} title={t('part.soon')} text={t('part.soonText')} />
  ) : (
    <EmptyState icon={icon} title={title} {...(text === undefined ? {} : { text })} />
  );
};
