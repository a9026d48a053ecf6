import type { Order } from '@dumont/contracts/storefront/orders';
import { useQuery } from '@tanstack/react-query';
import { ChefHat } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Waiting } from '../../features/storefront/waiting.tsx';
import { useFormat } from '../../lib/format/use-format.ts';
import { storefrontQueries } from '../../queries/storefront.ts';
import { Stat, StatRow } from '../../ui/page.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { useActiveColumns } from './order-columns.tsx';
import { OrderList } from './order-list.tsx';

/** Orders at work, as the boards have them. */
export const ActiveTab = () => {
  const { t } = useTranslation('storefront');
  const active = useQuery(storefrontQueries.active());
  const columns = useActiveColumns(active.dataUpdatedAt);
  return (
    <div className="flex flex-col gap-4">
      {active.data !== undefined && active.data.items.length > 0 && (
        // On a phone the orders themselves come first.
        <div className="hidden sm:block">
          <ActiveStats orders={active.data.items} toldMs={active.dataUpdatedAt} />
        </div>
      )}
      <OrderList
        label={t('tab.active')}
        query={active}
        columns={columns}
        empty={
          <EmptyState
            icon={ChefHat}
            title={t('noneActive')}
            text={t('noneActiveText')}
            command="dumont storefront order watch"
          />
        }
      />
    </div>
  );
};

interface ActiveStatsProps {
  readonly orders: readonly Order[];
  readonly toldMs: number;
}

const ActiveStats = ({ orders, toldMs }: ActiveStatsProps) => {
  const { t } = useTranslation('storefront');
  const format = useFormat();
  const waiting = orders.filter(({ state }) => state !== 'ready');
  const longest = waiting.toSorted((a, b) => (b.waitingSeconds ?? 0) - (a.waitingSeconds ?? 0))[0];
  return (
    <StatRow>
      {(['received', 'preparing', 'ready'] as const).map((state) => (
        <Stat
          key={state}
          label={t(`state.${state}`)}
          value={format.number(orders.filter((order) => order.state === state).length)}
        />
      ))}
      <Stat
        label={t('longest')}
        value={longest === undefined ? '–' : <Waiting order={longest} toldMs={toldMs} />}
        detail={longest === undefined ? t('nobodyWaits') : t('order', { number: longest.number })}
      />
    </StatRow>
  );
};
