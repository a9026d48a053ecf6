import { useQuery } from '@tanstack/react-query';
import type { GatewayRoute } from '@dumont/contracts/gateway/gateway-routes';
import { Activity } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { trafficSteps, type TrafficStep } from '../../../features/services/traffic.ts';
import { useLatency } from '../../../features/services/use-latency.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { gatewayQueries } from '../../../queries/gateway.ts';
import { TimeSeries, type Series } from '../../../ui/charts/time-series.tsx';
import { Section } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView, Skeleton } from '../../../ui/states.tsx';

/** What is looked back on, and how long a step of the charts is then, in minutes. */
const ranges = { '60': 1, '1440': 10, '10080': 60 } as const;
type Range = keyof typeof ranges;

/** What a route was asked, what went wrong, and how long it took. */
export const TrafficCharts = ({ route }: { readonly route: GatewayRoute }) => {
  const { t } = useTranslation('services');
  const [range, setRange] = useState<Range>('60');
  const traffic = useQuery(gatewayQueries.trafficOf(route.id, Number(range)));
  const { data, dataUpdatedAt } = traffic;
  const [steps, stepMinutes] = useMemo((): readonly [readonly TrafficStep[], number] => {
    if (data === undefined) return [[], 1];
    const each = ranges[String(data.minutes) as Range];
    return [
      trafficSteps(data.items, { minutes: data.minutes, stepMinutes: each, nowMs: dataUpdatedAt }),
      each,
    ];
  }, [data, dataUpdatedAt]);
  return (
    <Section
      title={t('traffic')}
      actions={
        <Select
          className="w-auto! min-w-32"
          label={t('range')}
          value={range}
          onChange={setRange}
          options={(Object.keys(ranges) as Range[]).map((value) => ({ value, label: t(`ranges.${value}`) }))}
        />
      }
    >
      <QueryView
        query={traffic}
        skeleton={<Skeleton className="h-56 w-full" />}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState icon={Activity} title={t('noTraffic')} text={t('noTrafficText')} />}
      >
        {() => (
          <div className="grid grid-cols-1 gap-6 xl:grid-cols-3">
            <Rates steps={steps} stepMinutes={stepMinutes} />
            <Errors steps={steps} />
            <Times steps={steps} />
          </div>
        )}
      </QueryView>
    </Section>
  );
};

interface StepsProps {
  readonly steps: readonly TrafficStep[];
}

const Rates = ({ steps, stepMinutes }: StepsProps & { readonly stepMinutes: number }) => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const series = useMemo(
    () => [
      { label: t('column.rate'), values: steps.map(({ requests }) => requests / stepMinutes), area: true },
    ],
    [steps, stepMinutes, t],
  );
  const show = useCallback((value: number) => format.number(value, value < 10 ? 1 : 0), [format]);
  return <Chart title={t('column.rate')} steps={steps} series={series} show={show} />;
};

const Errors = ({ steps }: StepsProps) => {
  const { t } = useTranslation('services');
  const format = useFormat();
  const series = useMemo(
    (): Series[] => [
      { label: t('serverErrors'), values: steps.map(({ serverErrors }) => serverErrors) },
      {
        label: t('clientErrors'),
        values: steps.map(({ clientErrors, rateLimited }) => clientErrors - rateLimited),
      },
      { label: t('rateLimited'), values: steps.map(({ rateLimited }) => rateLimited), dashed: true },
    ],
    [steps, t],
  );
  const show = useCallback((value: number) => format.number(value, 0), [format]);
  return <Chart title={t('errors')} steps={steps} series={series} show={show} told={sumOf} atLeast={4} />;
};

const Times = ({ steps }: StepsProps) => {
  const { t } = useTranslation('services');
  const latency = useLatency();
  const series = useMemo(
    (): Series[] => [
      {
        label: t('p95'),
        // Above all that is measured there is no place on an axis.
        values: steps.map(({ p95Ms }) => (p95Ms === Infinity ? 20_000 : p95Ms)),
      },
      { label: t('mean'), values: steps.map(({ meanMs }) => meanMs) },
    ],
    [steps, t],
  );
  return <Chart title={t('times')} steps={steps} series={series} show={latency} atLeast={10} />;
};

type Values = Series['values'];
const lastOf = (values: Values): number | null => values.findLast((value) => value !== null) ?? null;
const sumOf = (values: Values): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

interface ChartProps extends StepsProps {
  readonly title: string;
  readonly series: readonly Series[];
  readonly show: (value: number) => string;
  /** The one figure of a series that is told to who does not see the chart: its last unless given. */
  readonly told?: (values: Values) => number | null;
  readonly atLeast?: number;
}

const Chart = ({ title, steps, series, show, told = lastOf, atLeast = 1 }: ChartProps) => {
  const times = useMemo(() => steps.map(({ at }) => at), [steps]);
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-xs font-medium text-ink-muted">{title}</figcaption>
      <TimeSeries
        times={times}
        series={series}
        label={`${title}: ${series
          .map(({ label, values }) => {
            const figure = told(values);
            return `${label} ${figure === null ? '–' : show(figure)}`;
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
