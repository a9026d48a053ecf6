import type { Order } from '@dumont/contracts/storefront/orders';
import type { UseQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { QueryView } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';

interface OrderListProps<T extends { readonly items: readonly Order[] }> {
  readonly label: string;
  readonly query: UseQueryResult<T>;
  readonly columns: readonly Column<Order>[];
  readonly empty: ReactNode;
  readonly skeleton?: ReactNode;
}

/** Orders in a table; each opens its page. */
export const OrderList = <T extends { readonly items: readonly Order[] }>(props: OrderListProps<T>) => {
  const { label, columns, ...view } = props;
  const navigate = useNavigate();
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <QueryView {...view} isEmpty={({ items }) => items.length === 0}>
        {({ items }) => (
          <Table
            label={label}
            rows={items}
            columns={columns}
            rowKey={({ id }) => id}
            onOpen={({ id }) => void navigate({ to: '/storefront/orders/$orderId', params: { orderId: id } })}
          />
        )}
      </QueryView>
    </div>
  );
};
