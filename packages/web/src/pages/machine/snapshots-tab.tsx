import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import { Camera } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSnapshotColumns } from '../../features/snapshots/snapshot-columns.tsx';
import { RetentionForm } from '../../features/snapshots/retention-form.tsx';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { EmptyState, QueryView, Skeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';

const CreateSnapshot = lazy(() => import('../../features/snapshots/create-dialog.tsx'));

/** The snapshots of one machine. */
export const SnapshotsTab = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('snapshots');
  const navigate = useNavigate();
  const mayWrite = useMay('snapshots:write');
  const snapshots = useQuery(snapshotQueries.list({ instance_id: machine.id, limit: 100 }));
  const columns = useSnapshotColumns({ ofOneMachine: true });
  const [isMaking, setMaking] = useState(false);
  const make = mayWrite && machine.status === 'running' && (
    <Button size="sm" onClick={() => setMaking(true)}>
      <Camera aria-hidden />
      {t('create.action')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-5">
      <Section title={t('title')} actions={make} flush>
        <QueryView
          query={snapshots}
          isEmpty={({ snapshots: items }) => items.length === 0}
          empty={<EmptyState icon={Camera} title={t('empty.title')} text={t('empty.text')} />}
        >
          {({ snapshots: items }) => (
            <Table
              label={t('title')}
              rows={items}
              columns={columns}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: '/snapshots/$snapshotId', params: { snapshotId: id }, search: {} })
              }
            />
          )}
        </QueryView>
        {isMaking && (
          <Suspense fallback={null}>
            <CreateSnapshot instanceId={machine.id} onClose={() => setMaking(false)} />
          </Suspense>
        )}
      </Section>
      <Retention machine={machine} />
    </div>
  );
};

/** Of this machine alone; until one is saved, that of its project. */
const Retention = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('snapshots');
  const policy = useQuery(snapshotQueries.policy(undefined, machine.id));
  return (
    <Section title={t('retention.title')}>
      <p className="mb-4 max-w-3xl text-sm text-pretty text-ink-muted">{t('retention.machineText')}</p>
      <QueryView query={policy} skeleton={<Skeleton className="h-24 w-full" />}>
        {(data) => (
          <RetentionForm key={JSON.stringify(data)} policy={data} of={{ instance_id: machine.id }} />
        )}
      </QueryView>
    </Section>
  );
};
