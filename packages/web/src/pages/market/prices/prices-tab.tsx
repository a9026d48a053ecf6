import { useQuery } from '@tanstack/react-query';
import { Eye, LineChart } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { priceQueries, watchQueries, type MachineType } from '../../../queries/market.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { priceRanges, type PriceRange } from '../market-search.ts';
import { Forecast } from './forecast.tsx';
import { joinPrices, type GpuPrice } from './gpu-prices.ts';
import { PriceHistory } from './price-history.tsx';
import { PriceTable } from './price-table.tsx';

const WatchDialog = lazy(() => import('./watch-dialog.tsx'));

interface Shown {
  readonly gpu: string;
  readonly machineType: MachineType;
  readonly hours: PriceRange;
}

interface PricesTabProps {
  /** The first of the list where nothing is chosen. */
  readonly gpu: string | undefined;
  readonly machineType: MachineType;
  readonly hours: PriceRange;
  readonly onShow: (change: Partial<Shown>) => void;
}

/** What GPU types cost and did cost, which of them are watched, and what the next day may bring. */
export const PricesTab = ({ gpu, machineType, hours, onShow }: PricesTabProps) => {
  const { t } = useTranslation('market');
  const projectId = useProjectId();
  const mayWrite = useMay('market:write');
  const watches = useQuery(watchQueries.list(projectId));
  const prices = useQuery(priceQueries.summary(machineType, hours));
  const [editing, setEditing] = useState<GpuPrice | 'new'>();

  const rows = joinPrices(watches.data?.items ?? [], prices.data?.items ?? []);
  const shown = gpu ?? rows.find(({ price }) => price !== undefined)?.gpuName;
  const watchOne = mayWrite && (
    <Button variant="primary" onClick={() => setEditing('new')}>
      <Eye aria-hidden />
      {t('watch.new')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          className="w-auto! min-w-32"
          label={t('needs.type')}
          value={machineType}
          onChange={(next) => onShow({ machineType: next })}
          options={[
            { value: 'on-demand', label: t('type.on-demand') },
            { value: 'bid', label: t('type.bid') },
          ]}
        />
        <Select
          className="w-auto! min-w-32"
          label={t('range.label')}
          value={String(hours) as `${PriceRange}`}
          onChange={(next) => onShow({ hours: priceRanges.find((range) => String(range) === next) ?? 24 })}
          options={priceRanges.map((range) => ({
            value: `${range}` as const,
            label: t(`range.${range}`),
          }))}
        />
        <span className="ml-auto">{watchOne}</span>
      </div>
      {shown !== undefined && (
        <div className="grid grid-cols-1 gap-5 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <PriceHistory gpuName={shown} machineType={machineType} hours={hours} />
          <Forecast gpuName={shown} machineType={machineType} />
        </div>
      )}
      <Section title={t('gpuTypes')} note={t('perGpuNote')} flush>
        <QueryView
          query={watches}
          skeleton={<TableSkeleton />}
          isEmpty={() => rows.length === 0}
          empty={
            <EmptyState
              icon={LineChart}
              title={t('watch.none')}
              text={t('watch.noneText')}
              action={watchOne}
            />
          }
        >
          {() => (
            <PriceTable
              rows={rows}
              shown={shown}
              onShow={(next) => onShow({ gpu: next })}
              onEdit={mayWrite ? setEditing : undefined}
            />
          )}
        </QueryView>
      </Section>
      {editing !== undefined && (
        <Suspense fallback={null}>
          <WatchDialog row={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />
        </Suspense>
      )}
    </div>
  );
};
