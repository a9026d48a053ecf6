import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Upload } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { AppsTab } from './apps/apps-tab.tsx';
import { CasesTab } from './cases/cases-tab.tsx';
import { ExecutionsTab } from './executions/executions-tab.tsx';
import { InstancesTab } from './instances/instances-tab.tsx';
import type { OptimizationSearch } from './optimization-search.ts';

const NewInstanceDialog = lazy(() => import('../../features/optimization/new-instance-dialog.tsx'));

const route = getRouteApi('/app/optimization');

/** What a new instance begins with. */
interface Beginning {
  readonly app?: string | undefined;
  readonly example?: string;
}

export const OptimizationPage = () => {
  const { t } = useTranslation('optimization');
  const search = route.useSearch();
  const navigate = useNavigate();
  const projectId = useProjectId();
  const mayWrite = useMay('optimization:write');
  const [beginning, setBeginning] = useState<Beginning>();
  const commands = useMemo(
    () =>
      mayWrite
        ? [{ id: 'instance', label: t('instance.new'), icon: Upload, run: () => setBeginning({}) }]
        : [],
    [mayWrite, t],
  );
  useCommands('optimization', commands);
  const show = (next: OptimizationSearch) => void navigate({ to: '/optimization', search: next });
  const upload = mayWrite && (
    <Button variant="primary" onClick={() => setBeginning({ app: search.app })}>
      <Upload aria-hidden />
      {t('instance.new')}
    </Button>
  );
  const list = { search, onSearch: show, action: upload };
  return (
    <Page title={t('title')} description={t('description')} actions={upload}>
      <Tabs
        label={t('tabs.label')}
        value={search.tab ?? 'executions'}
        onChange={(tab) => show({ tab: tab === 'executions' ? undefined : tab, app: search.app })}
        tabs={[
          { value: 'executions', label: t('tabs.executions'), content: <ExecutionsTab {...list} /> },
          { value: 'instances', label: t('tabs.instances'), content: <InstancesTab {...list} /> },
          { value: 'cases', label: t('tabs.cases'), content: <CasesTab key={projectId} /> },
          {
            value: 'apps',
            label: t('tabs.apps'),
            content: (
              <AppsTab
                onBegin={(app, example) =>
                  setBeginning({ app, ...(example === undefined ? {} : { example }) })
                }
              />
            ),
          },
        ]}
      />
      {beginning !== undefined && (
        <Suspense fallback={null}>
          <NewInstanceDialog {...beginning} onClose={() => setBeginning(undefined)} />
        </Suspense>
      )}
    </Page>
  );
};
