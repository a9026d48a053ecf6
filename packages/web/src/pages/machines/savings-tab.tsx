import { useQuery } from '@tanstack/react-query';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { PiggyBank } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { savingsQueries } from '../../queries/machines.ts';
import { TimeSeries } from '../../ui/charts/time-series.tsx';
import { Money } from '../../ui/figures.tsx';
import { Section, Stat, StatRow } from '../../ui/page.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, QueryView, Skeleton } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';

const periods = ['7', '30', '90', '366'] as const;
type Breakdown = RouteResponse<Routes['getSavingsBreakdown']>;
type History = RouteResponse<Routes['getSavingsHistory']>['history'];

/** What sleep saved, against a baseline that is named: by day, by machine and by GPU. */
export const SavingsTab = () => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const [period, setPeriod] = useState<(typeof periods)[number]>('30');
  const days = Number(period);
  const summary = useQuery(savingsQueries.summary(days));
  const history = useQuery(savingsQueries.history(days));
  const breakdown = useQuery(savingsQueries.breakdown(days));
  return (
    <div className="flex flex-col gap-5">
      <Select
        className="w-auto! max-w-44"
        label={t('savings.period')}
        value={period}
        onChange={setPeriod}
        options={periods.map((value) => ({ value, label: t(`savings.days.${value}`) }))}
      />
      <QueryView query={summary} skeleton={<Skeleton className="h-24 w-full rounded-lg" />}>
        {(data) => (
          <div className="flex flex-col gap-2">
            <StatRow>
              <Stat
                label={t('savings.saved')}
                value={data.savings_usd === null ? '–' : <Money amount={data.savings_usd} currency="USD" />}
                detail={
                  data.savings_percent === null
                    ? t('savings.nothingSlept')
                    : t(data.savings_percent < 0 ? 'savings.percentMore' : 'savings.percent', {
                        share: format.share(Math.abs(data.savings_percent) / 100),
                      })
                }
              />
              <Stat
                label={t('savings.paid')}
                value={<Money amount={data.cost_usd} currency="USD" />}
                detail={
                  data.estimated_usd > 0 &&
                  t('savings.estimated', { amount: format.money(data.estimated_usd, 'USD') })
                }
              />
              <Stat
                label={t('savings.hours')}
                value={data.hours_saved === null ? '–' : format.duration(data.hours_saved * 3600)}
                detail={t('savings.asleepNow', { count: data.asleep_now })}
              />
              <Stat label={t('savings.sleeps')} value={format.number(data.hibernation_count)} />
            </StatRow>
            <p className="text-xs text-pretty text-ink-muted">{t('savings.baseline')}</p>
          </div>
        )}
      </QueryView>
      <Section title={t('savings.byDay')}>
        <QueryView
          query={history}
          skeleton={<Skeleton className="h-56 w-full" />}
          isEmpty={({ history: lines }) =>
            lines.every(({ cost_usd: cost, savings_usd: saved }) => cost === 0 && saved === 0)
          }
          empty={<EmptyState icon={PiggyBank} title={t('savings.none')} text={t('savings.noneText')} />}
        >
          {({ history: lines }) => <DayChart history={lines} />}
        </QueryView>
      </Section>
      <div className="grid grid-cols-1 gap-5 xl:grid-cols-2">
        <BreakdownTable
          title={t('savings.byMachine')}
          query={breakdown}
          rows={(data) =>
            data.machines.map(({ instance_id: id, label, ...rest }) => ({ id, name: label, ...rest }))
          }
        />
        <BreakdownTable
          title={t('savings.byGpu')}
          query={breakdown}
          rows={(data) => data.gpus.map(({ gpu_name: name, ...rest }) => ({ id: name, name, ...rest }))}
        />
      </div>
    </div>
  );
};

const DayChart = ({ history }: { readonly history: History }) => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const [times, series] = useMemo(
    () =>
      [
        history.map(({ date }) => Date.parse(`${date}T00:00:00Z`)),
        [
          { label: t('savings.paid'), values: history.map((day) => day.cost_usd), area: true },
          {
            label: t('savings.saved'),
            values: history.map((day) => day.savings_usd),
            colour: 2 as const,
            area: true,
          },
        ],
      ] as const,
    [history, t],
  );
  const isSmall = history.every((day) => Math.max(day.cost_usd, day.savings_usd) < 1);
  const money = useCallback(
    (value: number) => format.money(value, 'USD', { digits: isSmall ? 3 : 2 }),
    [format, isSmall],
  );
  return (
    <TimeSeries times={times} series={series} label={t('savings.byDay')} formatValue={money} fromZero dates />
  );
};

interface Row {
  readonly id: string;
  readonly name: string;
  readonly cost_usd: number;
  readonly hibernations: number;
  readonly hours_saved: number | null;
  readonly savings_usd: number | null;
}

interface BreakdownTableProps {
  readonly title: string;
  readonly query: ReturnType<typeof useQuery<Breakdown>>;
  readonly rows: (data: Breakdown) => readonly Row[];
}

const BreakdownTable = ({ title, query, rows }: BreakdownTableProps) => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const columns = useMemo(
    (): readonly Column<Row>[] => [
      { id: 'name', header: t('machines:column.name'), cell: ({ name }) => name, grow: true },
      {
        id: 'cost',
        header: t('savings.paid'),
        align: 'right',
        sortBy: ({ cost_usd: cost }) => cost,
        cell: ({ cost_usd: cost }) => <Money amount={cost} currency="USD" />,
      },
      {
        id: 'saved',
        header: t('savings.saved'),
        align: 'right',
        sortBy: ({ savings_usd: saved }) => saved,
        cell: ({ savings_usd: saved }) => (saved === null ? '–' : <Money amount={saved} currency="USD" />),
      },
      {
        id: 'hours',
        header: t('savings.hours'),
        align: 'right',
        hideBelow: 'sm',
        cell: ({ hours_saved: hours }) => (hours === null ? '–' : format.duration(hours * 3600)),
      },
    ],
    [t, format],
  );
  return (
    <Section title={title} flush>
      <QueryView
        query={query}
        isEmpty={(data) => rows(data).length === 0}
        empty={<p className="p-4 text-sm text-ink-muted">{t('savings.none')}</p>}
      >
        {(data) => <Table label={title} rows={rows(data)} columns={columns} rowKey={({ id }) => id} />}
      </QueryView>
    </Section>
  );
};
