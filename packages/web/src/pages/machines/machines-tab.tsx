import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import { ListFilter, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMachineColumns } from '../../features/machines/machine-columns.tsx';
import { NoProvider } from '../../features/market/no-provider.tsx';
import { useHasProvider } from '../../features/market/use-has-provider.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { machineQueries } from '../../queries/machines.ts';
import { Button } from '../../ui/button.tsx';
import { Money } from '../../ui/figures.tsx';
import { Stat, StatRow } from '../../ui/page.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { Select } from '../../ui/select.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { Strangers } from './strangers.tsx';
import { machineFilterFrom, shownStatuses, type MachinesSearch } from './machines-search.ts';

const any = 'any';

interface MachinesTabProps {
  readonly search: MachinesSearch;
  readonly onSearch: (search: MachinesSearch) => void;
  /** What deploys the first one. */
  readonly action: ReactNode;
}

/** Machines with what they cost, newest first. */
export const MachinesTab = ({ search, onSearch, action }: MachinesTabProps) => {
  const { t } = useTranslation('machines');
  const navigate = useNavigate();
  const hasProvider = useHasProvider();
  const machines = useQuery(machineQueries.list(machineFilterFrom(search)));
  const columns = useMachineColumns();
  const isFirst = search.status === undefined && search.pages === undefined;
  const empty = !isFirst ? (
    <EmptyState
      icon={ListFilter}
      title={t('empty.filtered')}
      action={<Button onClick={() => onSearch({})}>{t('filter.clear')}</Button>}
    />
  ) : hasProvider === false ? (
    <NoProvider />
  ) : (
    <EmptyState
      icon={Server}
      title={t('empty.title')}
      text={t('empty.text')}
      action={action}
      command={'dumont machine deploy --gpu "RTX 4090"'}
    />
  );
  return (
    <div className="flex flex-col gap-4">
      {isFirst && machines.data !== undefined && machines.data.count > 0 && (
        <Totals machines={machines.data.instances} />
      )}
      <div className="flex flex-col gap-3">
        <Select
          className="w-auto! max-w-60"
          label={t('column.status')}
          value={search.status ?? any}
          onChange={(next) => onSearch({ status: shownStatuses.find((status) => status === next) })}
          options={[
            { value: any, label: t('filter.any') },
            ...shownStatuses.map((value) => ({ value, label: t(`status.${value}`) })),
          ]}
        />
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <QueryView
            query={machines}
            skeleton={<TableSkeleton rows={6} />}
            isEmpty={({ instances }) => instances.length === 0}
            empty={empty}
          >
            {({ instances }) => (
              <Table
                label={t('title')}
                rows={instances}
                columns={columns}
                rowKey={({ id }) => id}
                onOpen={({ id }) =>
                  void navigate({ to: '/machines/$machineId', params: { machineId: id }, search: {} })
                }
              />
            )}
          </QueryView>
        </div>
        <Pagination
          nextCursor={machines.data?.nextCursor ?? null}
          trail={search.pages ?? []}
          onTrail={(pages) => onSearch({ ...search, pages })}
        />
      </div>
      {isFirst && <Strangers />}
    </div>
  );
};

const Totals = ({ machines }: { readonly machines: readonly Instance[] }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const sum = (of: (machine: Instance) => number) => machines.reduce((total, one) => total + of(one), 0);
  const rate = sum(({ dph_total: price }) => price);
  const count = (status: Instance['status']) =>
    machines.filter((machine) => machine.status === status).length;
  const asleep = count('hibernated');
  return (
    <StatRow>
      <Stat
        label={t('totals.running')}
        value={format.number(count('running'))}
        detail={t('totals.of', { count: machines.length })}
      />
      <Stat
        label={t('totals.rate')}
        value={<Money amount={rate} currency="USD" per="h" digits={3} />}
        detail={t('totals.perMonth', { amount: format.money(rate * 730, 'USD') })}
      />
      <Stat
        label={t('totals.asleep')}
        value={format.number(asleep)}
        detail={asleep === 0 ? undefined : t('totals.asleepText')}
      />
      <Stat
        label={t('totals.cost')}
        value={<Money amount={sum(({ cost_total: cost }) => cost)} currency="USD" />}
        detail={t('totals.costText')}
      />
    </StatRow>
  );
};
