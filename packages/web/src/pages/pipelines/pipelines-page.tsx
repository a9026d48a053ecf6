import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { pipelineQueries } from '../../queries/pipelines.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { SchedulesTab } from './schedules/schedules-tab.tsx';
import { SystemsTab } from './systems-tab.tsx';

const route = getRouteApi('/app/pipelines');

export const PipelinesPage = () => {
  const { t } = useTranslation('pipelines');
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  const mayWrite = useMay('pipelines:write');
  const mayReadSchedules = useMay('schedules:read');
  return (
    <Page title={t('title')} description={t('description')} actions={mayWrite && <ReloadButton />}>
      {mayReadSchedules ? (
        <Tabs
          label={t('tabs')}
          value={tab ?? 'systems'}
          onChange={(next) =>
            void navigate({ to: '/pipelines', search: next === 'schedules' ? { tab: next } : {} })
          }
          tabs={[
            { value: 'systems', label: t('systems'), content: <SystemsTab /> },
            { value: 'schedules', label: t('schedules'), content: <SchedulesTab /> },
          ]}
        />
      ) : (
        <SystemsTab />
      )}
    </Page>
  );
};

const ReloadButton = () => {
  const { t } = useTranslation('pipelines');
  const queryClient = useQueryClient();
  const reload = useMutation({
    mutationFn: () => api.reloadPipelines(),
    onSuccess: async ({ loaded }) => {
      await queryClient.invalidateQueries({ queryKey: pipelineQueries.all });
      toast.ok(t('reloaded', { count: loaded }));
    },
    onError: toast.error,
  });
  return (
    <Button busy={reload.isPending} onClick={() => reload.mutate()}>
      <RefreshCw aria-hidden />
      {t('reload')}
    </Button>
  );
};
