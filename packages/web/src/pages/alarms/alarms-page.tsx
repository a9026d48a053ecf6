import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { FiringTab } from './firing-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { RulesTab } from './rules/rules-tab.tsx';

const route = getRouteApi('/app/alarms');

export const AlarmsPage = () => {
  const { t } = useTranslation('alarms');
  const { tab, pages } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title={t('title')} description={t('description')}>
      <Tabs
        label={t('tabs')}
        value={tab ?? 'firing'}
        onChange={(next) => void navigate({ to: '/alarms', search: next === 'firing' ? {} : { tab: next } })}
        tabs={[
          { value: 'firing', label: t('firing'), content: <FiringTab /> },
          { value: 'history', label: t('history'), content: <HistoryTab trail={pages ?? []} /> },
          { value: 'rules', label: t('rules'), content: <RulesTab /> },
        ]}
      />
    </Page>
  );
};
