import { useQuery } from '@tanstack/react-query';
import type { PriceSnapshot } from '@dumont/contracts/market/prices';
import { LineChart } from 'lucide-react';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { priceQueries, type MachineType } from '../../../queries/market.ts';
import { TimeSeries } from '../../../ui/charts/time-series.tsx';
import { Section } from '../../../ui/page.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';
import type { PriceRange } from '../market-search.ts';

interface PriceHistoryProps {
  readonly gpuName: string;
  readonly machineType: MachineType;
  readonly hours: PriceRange;
}

/** What one GPU of a type cost for an hour, as each sample found it. */
export const PriceHistory = ({ gpuName, machineType, hours }: PriceHistoryProps) => {
  const { t } = useTranslation('market');
  const history = useQuery(priceQueries.history(gpuName, machineType, hours));
  return (
    <Section
      title={t('historyOf', { name: gpuName })}
      note={`${t(`type.${machineType}`)} · ${t(`range.${hours}`)}`}
    >
      <QueryView
        query={history}
        skeleton={<Skeleton className="h-64 w-full" />}
        isEmpty={({ count }) => count < 2}
        empty={
          <EmptyState
            icon={LineChart}
            title={t('historyNone')}
            text={t('historyNoneText', { count: history.data?.count ?? 0 })}
          />
        }
      >
        {({ snapshots }) => <Chart gpuName={gpuName} hours={hours} snapshots={snapshots} />}
      </QueryView>
    </Section>
  );
};

interface ChartProps extends Pick<PriceHistoryProps, 'gpuName' | 'hours'> {
  /** Newest first. */
  readonly snapshots: readonly PriceSnapshot[];
}

const Chart = ({ gpuName, hours, snapshots }: ChartProps) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const [times, series] = useMemo(() => {
    const ascending = snapshots.toReversed();
    return [
      ascending.map(({ timestamp }) => Date.parse(timestamp)),
      [
        { label: t('series.median'), values: ascending.map((one) => one.median_price), colour: 1 as const },
        { label: t('series.min'), values: ascending.map((one) => one.min_price), colour: 2 as const },
        {
          label: t('series.p25'),
          values: ascending.map((one) => one.p25_price),
          colour: 6 as const,
          dashed: true,
        },
        {
          label: t('series.p75'),
          values: ascending.map((one) => one.p75_price),
          colour: 6 as const,
          dashed: true,
        },
      ],
    ] as const;
  }, [snapshots, t]);
  const money = useCallback((value: number) => format.money(value, 'USD', { digits: 3 }), [format]);
  const lowest = Math.min(...snapshots.map(({ min_price }) => min_price));
  return (
    <TimeSeries
      times={times}
      series={series}
      label={t('historyLabel', {
        name: gpuName,
        range: t(`range.${hours}`),
        now: money(snapshots[0]?.median_price ?? 0),
        lowest: money(lowest),
      })}
      formatValue={money}
      height={256}
    />
  );
};
