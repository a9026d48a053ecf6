import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { GitCompareArrows } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ComparedPicture } from '../../../features/optimization/compared-picture.tsx';
import { ExecutionPicker, useSolvedExecutions } from '../../../features/optimization/execution-picker.tsx';
import { pictures } from '../../../features/optimization/solution-pictures/pictures.tsx';
import { useFormat } from '../../../lib/format/use-format.ts';
import { executionQueries, instanceQueries } from '../../../queries/optimization.ts';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';
import { ComparedFigures } from './compared-figures.tsx';

const route = getRouteApi('/app/optimization/executions/$executionId');

/** The execution beside another of its app: figures, and both pictures. */
export const ComparePart = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const navigate = useNavigate();
  const { id, app, instanceId } = execution;
  const { with: other } = route.useSearch();
  const executions = useSolvedExecutions({ app }, (each) => each.id !== id);
  // Of the same data first: those answer the same question.
  const items = executions.items.toSorted(
    (a, b) => Number(b.instanceId === instanceId) - Number(a.instanceId === instanceId),
  );
  return (
    <QueryView
      query={executions.query}
      skeleton={<Skeleton className="h-40 w-full" />}
      isEmpty={() => !executions.isAny && other === undefined}
      empty={<EmptyState icon={GitCompareArrows} title={t('compare.none')} text={t('compare.noneText')} />}
    >
      {() => (
        <div className="flex flex-col gap-4">
          <ExecutionPicker
            from={{ ...executions, items }}
            label={t('compare.with')}
            none={t('compare.choose')}
            value={other ?? ''}
            onChange={(next) =>
              void navigate({
                to: '/optimization/executions/$executionId',
                params: { executionId: id },
                search: { tab: 'compare', ...(next === '' ? {} : { with: next }) },
                replace: true,
              })
            }
            labelOf={(each) =>
              [
                each.name,
                format.number(each.objective ?? 0, 4),
                format.exact(each.createdAt),
                ...(each.instanceId === instanceId ? [] : [t('compare.otherData')]),
              ].join(' · ')
            }
          />
          {other === undefined ? (
            <p className="text-sm text-ink-muted">{t('compare.hint')}</p>
          ) : (
            <Both execution={execution} other={other} />
          )}
        </div>
      )}
    </QueryView>
  );
};

const Both = ({ execution, other }: { readonly execution: Execution; readonly other: string }) => {
  const another = useQuery(executionQueries.detail(other));
  return (
    <QueryView query={another} skeleton={<Skeleton className="h-40 w-full" />}>
      {(second) => (
        <div className="flex flex-col gap-4">
          <ComparedFigures first={execution} second={second} />
          {pictures.has(execution.app) && execution.app === second.app && (
            <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
              <Side execution={execution} />
              <Side execution={second} />
            </div>
          )}
        </div>
      )}
    </QueryView>
  );
};

const Side = ({ execution }: { readonly execution: Execution }) => {
  const { id, app, name, instanceId } = execution;
  return (
    <ComparedPicture
      app={app}
      instance={useQuery(instanceQueries.data(instanceId))}
      solution={useQuery(executionQueries.part(id, 'solution'))}
      title={
        <Link
          to="/optimization/executions/$executionId"
          params={{ executionId: id }}
          search={{}}
          className="hover:underline"
        >
          {name}
        </Link>
      }
    />
  );
};
