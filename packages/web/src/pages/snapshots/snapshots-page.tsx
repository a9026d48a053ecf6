import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Camera } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { RetentionTab } from './retention-tab.tsx';
import type { SnapshotSearch } from './snapshot-search.ts';
import { SnapshotsTab } from './snapshots-tab.tsx';

const CreateSnapshot = lazy(() => import('../../features/snapshots/create-dialog.tsx'));

const route = getRouteApi('/app/snapshots');

export const SnapshotsPage = () => {
  const { t } = useTranslation('snapshots');
  const search = route.useSearch();
  const navigate = useNavigate();
  const projectId = useProjectId();
  const mayWrite = useMay('snapshots:write');
  const [isMaking, setMaking] = useState(false);
  const commands = useMemo(
    () =>
      mayWrite ? [{ id: 'create', label: t('create.action'), icon: Camera, run: () => setMaking(true) }] : [],
    [mayWrite, t],
  );
  useCommands('snapshots', commands);
  const show = (next: SnapshotSearch) => void navigate({ to: '/snapshots', search: next });
  const make = mayWrite && (
    <Button variant="primary" onClick={() => setMaking(true)}>
      <Camera aria-hidden />
      {t('create.action')}
    </Button>
  );
  return (
    <Page title={t('title')} description={t('description')} actions={make}>
      <Tabs
        label={t('tabs')}
        value={search.tab ?? 'list'}
        onChange={(tab) => show(tab === 'list' ? {} : { tab })}
        tabs={[
          {
            value: 'list',
            label: t('title'),
            content: <SnapshotsTab search={search} onSearch={show} action={make} />,
          },
          { value: 'retention', label: t('retention.title'), content: <RetentionTab key={projectId} /> },
        ]}
      />
      {isMaking && (
        <Suspense fallback={null}>
          <CreateSnapshot instanceId={undefined} onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </Page>
  );
};
