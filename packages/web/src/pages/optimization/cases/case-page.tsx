import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Case } from '@dumont/contracts/optimization/cases';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DocumentView } from '../../../features/optimization/document-view.tsx';
import { isWithoutRows } from '../../../features/optimization/document-tables.ts';
import { SolutionView } from '../../../features/optimization/solution-view.tsx';
import { useAppName } from '../../../features/optimization/use-apps.ts';
import { caseQueries } from '../../../queries/optimization.ts';
import { Page } from '../../../ui/page.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';
import { Tabs } from '../../../ui/tabs.tsx';
import { BackLink, ObjectPage } from '../object-page.tsx';
import { CaseMenu } from './case-menu.tsx';
import { ComparisonSection } from './comparison.tsx';
import { ComparePicker } from './compare-picker.tsx';
import { useCaseTree } from './use-case-tree.ts';
import { useAppSchemas } from '../../../features/optimization/use-app-schemas.ts';

const route = getRouteApi('/app/optimization/cases/$caseId');

export const CasePage = () => {
  const { t } = useTranslation('cases');
  const { caseId } = route.useParams();
  const item = useQuery(caseQueries.detail(caseId));
  return (
    <ObjectPage query={item} tab="cases" title={t('title')}>
      {(data) => <Loaded key={data.id} item={data} />}
    </ObjectPage>
  );
};

const Loaded = ({ item }: { readonly item: Case }) => {
  const appName = useAppName();
  const navigate = useNavigate();
  const { tree } = useCaseTree();
  const search = route.useSearch();
  const compareWith = (other: string | undefined) =>
    void navigate({
      to: '/optimization/cases/$caseId',
      params: { caseId: item.id },
      search: other === undefined ? {} : { with: other },
    });
  return (
    <Page
      title={item.name}
      description={item.description === '' ? appName(item.app) : item.description}
      breadcrumb={<BackLink tab="cases" />}
      actions={
        <>
          {!item.isFolder && <ComparePicker item={item} other={search.with} onOther={compareWith} />}
          <CaseMenu
            node={{ item, children: [] }}
            tree={tree}
            onDeleted={() => void navigate({ to: '/optimization', search: { tab: 'cases' } })}
          />
        </>
      }
    >
      {search.with !== undefined && <ComparisonSection item={item} other={search.with} />}
      {!item.isFolder && <Documents item={item} />}
    </Page>
  );
};

const waiting = <Skeleton className="h-64 w-full rounded-lg" />;
const parts = ['data', 'checks', 'solution_checks', 'kpis'] as const;
type View = (typeof parts)[number] | 'solution';

/** What the case keeps. */
const Documents = ({ item }: { readonly item: Case }) => {
  const { t } = useTranslation('cases');
  const [view, setView] = useState<View>(item.hasSolution ? 'solution' : 'data');
  return (
    <Tabs
      label={t('part.label')}
      value={view}
      onChange={setView}
      tabs={[
        ...(item.hasSolution
          ? [{ value: 'solution' as const, label: t('part.solution'), content: <Solution item={item} /> }]
          : []),
        ...parts.map((part) => ({
          value: part,
          label: t(`part.${part}`),
          content: <Part item={item} part={part} />,
        })),
      ]}
    />
  );
};

const Solution = ({ item }: { readonly item: Case }) => {
  const data = useQuery(caseQueries.part(item.id, 'data'));
  const solution = useQuery(caseQueries.part(item.id, 'solution'));
  const schemas = useAppSchemas(item.app).data;
  return (
    <QueryView query={solution} skeleton={waiting}>
      {(document) => (
        <QueryView query={data} skeleton={waiting}>
          {(instance) => (
            <SolutionView app={item.app} instance={instance} solution={document} schema={schemas?.solution} />
          )}
        </QueryView>
      )}
    </QueryView>
  );
};

const schemaOf = {
  data: 'instance',
  checks: 'instance_checks',
  solution_checks: 'solution_checks',
  kpis: 'kpis',
} as const;

const Part = ({ item, part }: { readonly item: Case; readonly part: (typeof parts)[number] }) => {
  const { t } = useTranslation('cases');
  const document = useQuery(caseQueries.part(item.id, part));
  const schemas = useAppSchemas(item.app).data;
  return (
    <QueryView
      query={document}
      skeleton={waiting}
      isEmpty={isWithoutRows}
      empty={<p className="text-sm text-ink-muted">{t('part.none')}</p>}
    >
      {(data) => (
        <DocumentView document={data} schema={schemas?.[schemaOf[part]]} title={t(`part.${part}`)} />
      )}
    </QueryView>
  );
};
