import { useQuery } from '@tanstack/react-query';
import type { Sleep } from '@dumont/contracts/machines/cost';
import type { Instance } from '@dumont/contracts/machines/instances';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { reasonInWords } from '../../../features/machines/operation-words.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { machineQueries } from '../../../queries/machines.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Money, RelativeTime } from '../../../ui/figures.tsx';
import { Section, Stat, StatRow } from '../../../ui/page.tsx';
import { Select } from '../../../ui/select.tsx';
import { QueryView, Skeleton } from '../../../ui/states.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { ledgerRows, type LedgerRow } from './ledger-rows.ts';

const periods = ['7', '30', '90', '366'] as const;
type Cost = RouteResponse<Routes['getInstanceCost']>;
type Rental = Cost['rentals'][number];

/** What a machine cost, line by line, who says so, and what its sleep saved. */
export const CostTab = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const [period, setPeriod] = useState<(typeof periods)[number]>('30');
  const cost = useQuery(machineQueries.cost(machine.id, Number(period)));
  const savings = useQuery(machineQueries.savings(machine.id));
  return (
    <div className="flex flex-col gap-5">
      <QueryView query={cost} skeleton={<Skeleton className="h-24 w-full rounded-lg" />}>
        {(data) => (
          <StatRow>
            <Stat
              label={t('cost.total')}
              value={<Money amount={data.total_usd} currency="USD" digits={4} />}
              detail={
                data.estimated_usd > 0 &&
                t('savings.estimated', { amount: format.money(data.estimated_usd, 'USD', { digits: 4 }) })
              }
            />
            <Stat
              label={t('cost.now')}
              value={<Money amount={data.dph_now} currency="USD" per="h" digits={3} />}
            />
            <Stat
              label={t('savings.saved')}
              value={
                savings.data?.savings_usd === null || savings.data === undefined ? (
                  '–'
                ) : (
                  <Money amount={savings.data.savings_usd} currency="USD" digits={4} />
                )
              }
              detail={
                savings.data?.hours_saved === null || savings.data === undefined
                  ? t('savings.nothingSlept')
                  : t('cost.slept', { time: format.duration(savings.data.hours_saved * 3600) })
              }
            />
          </StatRow>
        )}
      </QueryView>
      <Section
        title={t('cost.ledger')}
        flush
        actions={
          <Select
            className="w-auto! min-w-32"
            label={t('savings.period')}
            value={period}
            onChange={setPeriod}
            options={periods.map((value) => ({ value, label: t(`savings.days.${value}`) }))}
          />
        }
      >
        <QueryView
          query={cost}
          isEmpty={({ lines }) => lines.length === 0}
          empty={<p className="p-4 text-sm text-ink-muted">{t('cost.none')}</p>}
        >
          {(data) => <Ledger cost={data} />}
        </QueryView>
      </Section>
      <Section title={t('cost.rentals')} note={t('cost.rentalsNote')} flush>
        <QueryView
          query={cost}
          isEmpty={({ rentals }) => rentals.length === 0}
          empty={<p className="p-4 text-sm text-ink-muted">{t('cost.none')}</p>}
        >
          {({ rentals }) => <Rentals rentals={rentals} />}
        </QueryView>
      </Section>
      {savings.data !== undefined && savings.data.sleeps.length > 0 && (
        <Section title={t('cost.sleeps')} flush>
          <Sleeps sleeps={savings.data.sleeps} />
          <p className="border-t border-line px-4 py-2 text-xs text-pretty text-ink-muted">
            {t('savings.baseline')}
          </p>
        </Section>
      )}
    </div>
  );
};

const Ledger = ({ cost }: { readonly cost: Cost }) => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const rows = useMemo(() => ledgerRows(cost.lines), [cost.lines]);
  const columns = useMemo(
    (): readonly Column<LedgerRow>[] => [
      { id: 'date', header: t('cost.day'), cell: ({ date }) => format.date(date) },
      { id: 'kind', header: t('cost.what'), cell: ({ kind }) => t(`cost.kind.${kind}`) },
      {
        id: 'source',
        header: t('cost.source'),
        cell: ({ source }) => (
          <Badge tone={source === 'charge' ? 'neutral' : 'outline'}>{t(`cost.by.${source}`)}</Badge>
        ),
      },
      {
        id: 'cost',
        header: t('cost.amount'),
        align: 'right',
        cell: ({ cost: amount }) => <Money amount={amount} currency="USD" digits={4} />,
      },
    ],
    [t, format],
  );
  return (
    <>
      <Table label={t('cost.ledger')} rows={rows} columns={columns} rowKey={({ key }) => key} />
      <p className="flex justify-between border-t border-line px-4 py-2 text-sm font-medium">
        <span>{t('cost.sum')}</span>
        <Money amount={cost.period_usd} currency="USD" digits={4} />
      </p>
      {cost.truncated && <p className="px-4 pb-2 text-xs text-ink-muted">{t('cost.truncated')}</p>}
    </>
  );
};

const Rentals = ({ rentals }: { readonly rentals: readonly Rental[] }) => {
  const { t } = useTranslation(['costs', 'machines']);
  const format = useFormat();
  const columns = useMemo(
    (): readonly Column<Rental>[] => [
      {
        id: 'gpu',
        header: 'GPU',
        cell: ({ gpu_name: gpu, provider_instance_id: id }) => (
          <>
            <span className="block">{gpu ?? '–'}</span>
            <span className="block text-xs text-ink-muted">{id ?? '–'}</span>
          </>
        ),
      },
      { id: 'from', header: t('cost.from'), cell: ({ ordered_at: at }) => <RelativeTime at={at} /> },
      {
        id: 'to',
        header: t('cost.to'),
        hideBelow: 'sm',
        cell: ({ gone_at: at }) => (at === null ? t('cost.stillRented') : <RelativeTime at={at} />),
      },
      {
        id: 'final',
        header: t('cost.final'),
        hideBelow: 'md',
        cell: ({ charged_until: at, gone_at: gone }) =>
          at === null
            ? t('cost.by.estimate')
            : gone !== null && at >= gone
              ? t('cost.isFinal')
              : format.exact(at),
      },
      {
        id: 'cost',
        header: t('cost.amount'),
        align: 'right',
        cell: ({ cost_usd: cost }) => <Money amount={cost} currency="USD" digits={5} />,
      },
    ],
    [t, format],
  );
  return <Table label={t('cost.rentals')} rows={rentals} columns={columns} rowKey={({ id }) => id} />;
};

const Sleeps = ({ sleeps }: { readonly sleeps: readonly Sleep[] }) => {
  const { t } = useTranslation('costs');
  const { t: tMachines } = useTranslation('machines');
  const format = useFormat();
  const columns = useMemo(
    (): readonly Column<Sleep>[] => [
      { id: 'at', header: t('cost.sleptAt'), cell: ({ slept_at: at }) => <RelativeTime at={at} /> },
      {
        id: 'reason',
        header: t('cost.why'),
        hideBelow: 'sm',
        cell: ({ reason }) => reasonInWords(reason, tMachines),
      },
      {
        id: 'hours',
        header: t('cost.sleptFor'),
        align: 'right',
        cell: ({ hours }) => format.duration(hours * 3600),
      },
      {
        id: 'baseline',
        header: t('cost.baseline'),
        align: 'right',
        hideBelow: 'md',
        cell: ({ baseline_dph: price }) => <Money amount={price} currency="USD" per="h" digits={3} />,
      },
      {
        id: 'wake',
        header: t('cost.wakeCost'),
        align: 'right',
        hideBelow: 'md',
        cell: ({ wake_cost_usd: cost }) => <Money amount={cost} currency="USD" digits={4} />,
      },
      {
        id: 'saved',
        header: t('savings.saved'),
        align: 'right',
        cell: ({ savings_usd: saved }) => <Money amount={saved} currency="USD" digits={4} />,
      },
    ],
    [t, tMachines, format],
  );
  return <Table label={t('cost.sleeps')} rows={sleeps} columns={columns} rowKey={({ id }) => id} />;
};
