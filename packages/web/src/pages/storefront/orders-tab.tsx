import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { ListFilter, ReceiptText } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { storefrontQueries } from '../../queries/storefront.ts';
import { Button } from '../../ui/button.tsx';
import { Pagination } from '../../ui/pagination.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../ui/states.tsx';
import { Table } from '../../ui/table.tsx';
import { useOrderColumns } from './order-columns.tsx';
import { OrderFilters } from './order-filters.tsx';
import { isFiltered, orderFilterFrom, type StorefrontSearch } from './storefront-search.ts';

interface OrdersTabProps {
  readonly search: StorefrontSearch;
  readonly onChange: (search: StorefrontSearch) => void;
}

/** Every order there was, the latest first. */
export const OrdersTab = ({ search, onChange }: OrdersTabProps) => {
  const { t } = useTranslation('storefront');
  const navigate = useNavigate();
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
    <EmptyState icon={ReceiptText} title={t('noneOrders')} text={t('noneOrdersText')} />
  );
  return (
    <div className="flex flex-col gap-3">
      <OrderFilters search={search} onChange={onChange} />
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={orders}
          skeleton={<TableSkeleton rows={10} />}
          isEmpty={({ items }) => items.length === 0}
          empty={empty}
        >
          {({ items }) => (
            <Table
              label={t('tab.orders')}
              rows={items}
              columns={columns}
              rowKey={({ id }) => id}
              onOpen={({ id }) =>
                void navigate({ to: '/storefront/orders/$orderId', params: { orderId: id } })
              }
            />
          )}
        </QueryView>
      </div>
      <Pagination
        nextCursor={orders.data?.nextCursor ?? null}
        trail={search.pages ?? []}
        onTrail={(pages) => onChange({ ...search, pages })}
      />
    </div>
  );
};
