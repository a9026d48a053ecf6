import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { Download, Waypoints } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DocumentView } from '../../../features/optimization/document-view.tsx';
import { ExecutionTable } from '../../../features/optimization/execution-table.tsx';
import { useAppName } from '../../../features/optimization/use-apps.ts';
import { downloadFile } from '../../../lib/download.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { executionQueries, instanceQueries } from '../../../queries/optimization.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { ShortId } from '../../../ui/copy.tsx';
import { RelativeTime } from '../../../ui/figures.tsx';
import { Descriptions, Page, Section } from '../../../ui/page.tsx';
import { EmptyState, QueryView, Skeleton, TableSkeleton } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { BackLink, ObjectPage } from '../object-page.tsx';
import { InstanceActions } from './instance-actions.tsx';
import { useAppSchemas } from '../../../features/optimization/use-app-schemas.ts';

const route = getRouteApi('/app/optimization/instances/$instanceId');

/** Beyond it, data are only read when asked for. */
const readBytes = 2_000_000;

export const InstancePage = () => {
  const { t } = useTranslation('optimization');
  const { instanceId } = route.useParams();
  const instance = useQuery(instanceQueries.detail(instanceId));
  return (
    <ObjectPage query={instance} tab="instances" title={t('tabs.instances')}>
      {(data) => <Loaded key={data.id} instance={data} />}
    </ObjectPage>
  );
};

const Loaded = ({ instance }: { readonly instance: Instance }) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const appName = useAppName();
  return (
    <Page
      title={instance.name}
      description={instance.description === '' ? appName(instance.app) : instance.description}
      breadcrumb={<BackLink tab="instances" />}
      actions={<InstanceActions instance={instance} />}
    >
      <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-[minmax(0,1fr)_20rem]">
        <div className="flex min-w-0 flex-col gap-5">
          <Executions instance={instance} />
          <Data instance={instance} />
        </div>
        <Section title={t('instance.overview')}>
          <Descriptions
            items={[
              { label: t('column.app'), value: appName(instance.app) },
              { label: t('column.size'), value: format.bytes(instance.dataBytes) },
              { label: t('column.created'), value: <RelativeTime at={instance.createdAt} /> },
              { label: t('column.by'), value: instance.createdBy.name },
              { label: t('instance.hash'), value: <ShortId id={instance.dataHash} /> },
              { label: t('instance.key'), value: <ShortId id={instance.key} /> },
            ]}
          />
        </Section>
      </div>
    </Page>
  );
};

const Executions = ({ instance }: { readonly instance: Instance }) => {
  const { t } = useTranslation('optimization');
  const mayWrite = useMay('optimization:write');
  const executions = useQuery(executionQueries.list({ instanceId: instance.id, limit: 20 }));
  return (
    <Section title={t('tabs.executions')} flush>
      <QueryView
        query={executions}
        skeleton={<TableSkeleton rows={2} />}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState
            icon={Waypoints}
            title={t('empty.executionsOfInstance')}
            {...(mayWrite && { text: t('empty.executionsOfInstanceText') })}
          />
        }
      >
        {({ items }) => <ExecutionTable executions={items} ofOneApp />}
      </QueryView>
    </Section>
  );
};

const Data = ({ instance }: { readonly instance: Instance }) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const [isWanted, setWanted] = useState(instance.dataBytes <= readBytes);
  const data = useQuery({ ...instanceQueries.data(instance.id), enabled: isWanted });
  const schemas = useAppSchemas(instance.app).data;
  return (
    <section aria-label={t('instance.data')} className="flex min-w-0 flex-col gap-3">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">{t('instance.data')}</h2>
        <Button
          size="sm"
          onClick={() => {
            downloadFile(`/api/v1/optimization/instances/${instance.id}/data`).catch(toast.error);
          }}
        >
          <Download aria-hidden />
          {t('part.download')}
        </Button>
      </header>
      {isWanted ? (
        <QueryView query={data} skeleton={<Skeleton className="h-64 w-full rounded-lg" />}>
          {(document) => (
            <DocumentView document={document} schema={schemas?.instance} title={t('instance.data')} />
          )}
        </QueryView>
      ) : (
        <p className="flex flex-wrap items-center gap-3 text-sm text-ink-muted">
          {t('instance.large', { size: format.bytes(instance.dataBytes) })}
          <Button size="sm" onClick={() => setWanted(true)}>
            {t('instance.show')}
          </Button>
        </p>
      )}
    </section>
  );
};
