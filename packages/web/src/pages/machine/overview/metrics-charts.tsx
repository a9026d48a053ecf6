import { useQuery } from '@tanstack/react-query';
import type { MachineMetricPoint } from '@dumont/contracts/machines/agent';
import type { Instance } from '@dumont/contracts/machines/instances';
import { Activity } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { machineQueries } from '../../../queries/machines.ts';
import { TimeSeries, type Series } from '../../../ui/charts/time-series.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';

const ranges = ['1', '24', '168', '720'] as const;
type Figure = Exclude<keyof MachineMetricPoint, 'at'>;

/** Its figures over time, as its agent measured them. */
export const MetricsCharts = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const [hours, setHours] = useState<(typeof ranges)[number]>('1');
  const metrics = useQuery(machineQueries.metrics(machine.id, Number(hours)));
  return (
    <Section
      title={t('metrics.title')}
      actions={
        <Select
          className="w-auto! min-w-32"
          label={t('metrics.range')}
          value={hours}
          onChange={setHours}
          options={ranges.map((value) => ({ value, label: t(`metrics.hours.${value}`) }))}
        />
      }
    >
      <QueryView
        query={metrics}
        skeleton={<Skeleton className="h-56 w-full" />}
        isEmpty={({ points }) => points.length === 0}
        empty={<EmptyState icon={Activity} title={t('metrics.none')} text={t('metrics.noneText')} />}
      >
        {({ points }) => (
          <div className="flex flex-col gap-6">
            <Chart
              points={points}
              title={t('metrics.load')}
              figures={['gpu_percent', 'cpu_percent', 'gpu_memory_percent', 'memory_percent', 'disk_percent']}
              unit="%"
              atLeast={100}
            />
            <Chart
              points={points}
              title={t('metrics.traffic')}
              figures={['disk_mbps', 'network_mbps']}
              unit=" MB/s"
              atLeast={1}
            />
            <Chart
              points={points}
              title={t('metrics.heat')}
              figures={['gpu_temperature']}
              unit=" °C"
              atLeast={90}
            />
          </div>
        )}
      </QueryView>
    </Section>
  );
};

interface ChartProps {
  readonly points: readonly MachineMetricPoint[];
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly unit: string;
  /** What the axis reaches at least. */
  readonly atLeast: number;
}

const Chart = ({ points, title, figures, unit, atLeast }: ChartProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const key = figures.join(' ');
  const [times, series] = useMemo((): readonly [number[], Series[]] => {
    const names = key.split(' ') as Figure[];
    return [
      points.map(({ at }) => Date.parse(at)),
      names.map((figure) => ({
        label: t(`metrics.${figure}`),
        values: points.map((point) => point[figure]),
        area: names.length < 3,
      })),
    ];
  }, [points, key, t]);
  const show = useCallback(
    (value: number) => `${format.number(value, value < 1 ? 2 : 1)}${unit}`,
    [format, unit],
  );
  const last = points.at(-1);
  return (
    <figure>
      <figcaption className="mb-1 text-xs font-medium text-ink-muted">{title}</figcaption>
      <TimeSeries
        times={times}
        series={series}
        label={`${title}: ${figures
          .map((figure) => {
            const value = last?.[figure] ?? null;
            return `${t(`metrics.${figure}`)} ${value === null ? '–' : show(value)}`;
          })
          .join(', ')}`}
        formatValue={show}
        height={168}
        fromZero
        atLeast={atLeast}
      />
    </figure>
  );
};
