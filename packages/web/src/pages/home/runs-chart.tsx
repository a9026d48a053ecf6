import type { Stats } from '@dumont/contracts/runs/stats';
import { ChartColumn, Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { StackedBars } from '../../ui/charts/stacked-bars.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Section } from '../../ui/page.tsx';
import { Table, type Column } from '../../ui/table.tsx';

type Day = Stats['perDay'][number];

const tickEvery = 7;

/** Thirty days of runs by how they ended; the same as a table for those who read better than they see. */
export const RunsChart = ({ days }: { readonly days: readonly Day[] }) => {
  const { t } = useTranslation(['home', 'common']);
  const format = useFormat();
  const [asTable, setAsTable] = useState(false);

  const bars = useMemo(
    () =>
      days.map((day, index) => ({
        key: day.date,
        parts: [
          { value: day.succeeded, colour: 'chart-ok' as const },
          { value: day.cancelled, colour: 'chart-neutral' as const },
          { value: day.failed, colour: 'chart-danger' as const },
        ],
        description: t('chartDay', { ...day, date: format.date(day.date, { dateStyle: 'full' }) }),
        tick:
          (days.length - 1 - index) % tickEvery === 0
            ? format.date(day.date, { day: '2-digit', month: 'short' })
            : null,
      })),
    [days, t, format],
  );
  const sum = (key: 'total' | 'failed') => days.reduce((count, day) => count + day[key], 0);

  return (
    <Section
      title={t('chart')}
      note={t('chartRange')}
      flush={asTable}
      actions={
        <IconButton
          label={t(asTable ? 'chartBars' : 'chartTable')}
          size="sm"
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? <ChartColumn aria-hidden /> : <Table2 aria-hidden />}
        </IconButton>
      }
    >
      {asTable ? (
        <div className="max-h-80 overflow-y-auto">
          <DaysTable days={days} />
        </div>
      ) : (
        <div className="flex h-full flex-col">
          <StackedBars
            bars={bars}
            label={t('chartLabel', {
              total: format.number(sum('total')),
              failed: format.number(sum('failed')),
            })}
            formatValue={(value) => format.number(value)}
          />
          <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 pl-10 text-xs text-ink-muted">
            <LegendEntry colour="bg-chart-ok" text={t('common:state.succeeded')} />
            <LegendEntry colour="bg-chart-danger" text={t('common:state.failed')} />
            <LegendEntry colour="bg-chart-neutral" text={t('common:state.cancelled')} />
          </ul>
        </div>
      )}
    </Section>
  );
};

const LegendEntry = ({ colour, text }: { readonly colour: string; readonly text: string }) => (
  <li className="inline-flex items-center gap-1.5">
    <span aria-hidden className={`size-2 rounded-[2px] ${colour}`} />
    {text}
  </li>
);

const DaysTable = ({ days }: { readonly days: readonly Day[] }) => {
  const { t } = useTranslation(['home', 'common']);
  const format = useFormat();
  const columns = useMemo<Column<Day>[]>(
    () => [
      {
        id: 'date',
        header: t('date'),
        sortBy: (day) => day.date,
        cell: (day) => format.date(day.date),
      },
      ...(['total', 'succeeded', 'failed', 'cancelled'] as const).map((key) => ({
        id: key,
        header: key === 'total' ? t('total') : t(`common:state.${key}`),
        align: 'right' as const,
        sortBy: (day: Day) => day[key],
        cell: (day: Day) => format.number(day[key]),
      })),
    ],
    [t, format],
  );
  return (
    <Table
      label={t('chart')}
      rows={days}
      columns={columns}
      rowKey={(day) => day.date}
      initialSort={{ column: 'date', descending: true }}
    />
  );
};
