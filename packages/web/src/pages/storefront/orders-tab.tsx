import { useQuery } from '@tanstack/react-query';
import { ListFilter, ReceiptText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { storefrontQueries } from '../../queries/storefront.ts';
import { Button } from '../../ui/button.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { EmptyState, TableSkeleton } from '../../ui/states.tsx';
import { useOrderColumns } from './order-columns.tsx';
import { OrderList } from './order-list.tsx';
import { OrderFilters } from './order-filters.tsx';
import { isFiltered, orderFilterFrom, type StorefrontSearch } from './storefront-search.ts';

interface OrdersTabProps {
  readonly search: StorefrontSearch;
  readonly onChange: (search: StorefrontSearch) => void;
}

/** Every order there was, the latest first. */
export const OrdersTab = ({ search, onChange }: OrdersTabProps) => {
  const { t } = useTranslation('storefront');
  const orders = useQuery(storefrontQueries.list(orderFilterFrom(search)));
  const columns = useOrderColumns();
  const empty = isFiltered(search) ? (
    <EmptyState
      icon={ListFilter}
      title={t('noneFiltered')}
      text={t('noneFilteredText')}
      action={<Button onClick={() => onChange({ tab: 'orders' })}>{t('filter.clear')}</Button>}
    />
  ) : (
    <EmptyState
      icon={ReceiptText}
      title={t('noneOrders')}
      text={t('noneOrdersText')}
      command="dumont storefront order list"
    />
  );
  return (
    <div className="flex flex-col gap-3">
      <OrderFilters search={search} onChange={onChange} />
      <OrderList
        label={t('tab.orders')}
        query={orders}
        columns={columns}
        skeleton={<TableSkeleton rows={10} />}
        empty={empty}
      />
      <Pagination
        nextCursor={orders.data?.nextCursor ?? null}
        trail={search.pages ?? []}
        onTrail={(pages) => onChange({ ...search, pages })}
      />
    </div>
  );
};
