import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Plus, Rocket } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { MachinesTab } from './machines-tab.tsx';
import type { MachinesSearch } from './machines-search.ts';
import { SavingsTab } from './savings-tab.tsx';

const route = getRouteApi('/app/machines');

export const MachinesPage = () => {
  const { t } = useTranslation(['machines', 'costs']);
  const search = route.useSearch();
  const navigate = useNavigate();
  const mayWrite = useMay('machines:write');
  const commands = useMemo(
    () =>
      mayWrite
        ? [
            {
              id: 'deploy',
              label: t('deploy.action'),
              keywords: 'deploy rent gpu',
              icon: Rocket,
              run: () => void navigate({ to: '/machines/new', search: {} }),
            },
          ]
        : [],
    [mayWrite, navigate, t],
  );
  useCommands('machines', commands);
  const show = (next: MachinesSearch) => void navigate({ to: '/machines', search: next });
  const deploy = mayWrite && (
    <Button variant="primary" asChild>
      <Link to="/machines/new" search={{}}>
        <Plus aria-hidden />
        {t('deploy.action')}
      </Link>
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={deploy}>
      <Tabs
        label={t('tabs')}
        value={search.tab ?? 'list'}
        onChange={(tab) => show(tab === 'list' ? {} : { tab })}
        tabs={[
          {
            value: 'list',
            label: t('title'),
            content: <MachinesTab search={search} onSearch={show} action={deploy} />,
          },
          { value: 'savings', label: t('costs:savings.title'), content: <SavingsTab /> },
        ]}
      />
    </Page>
  );
};
