import type { Order } from '@dumont/contracts/storefront/orders';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { itemsText } from '../../features/storefront/items-text.ts';
import { OrderStateBadge } from '../../features/storefront/order-state.tsx';
import { StepButton } from '../../features/storefront/step-button.tsx';
import { Waiting } from '../../features/storefront/waiting.tsx';
import { Money, RelativeTime } from '../../ui/figures.tsx';
import type { Column } from '../../ui/table.tsx';

const OrderNumber = ({ id, number }: Pick<Order, 'id' | 'number'>) => (
  <Link
    to="/storefront/orders/$orderId"
    params={{ orderId: id }}
    className="text-base font-semibold text-ink hover:underline"
  >
    {number}
  </Link>
);

const useSharedColumns = () => {
  const { t } = useTranslation('storefront');
  return useMemo(
    () =>
      ({
        number: {
          id: 'number',
          header: t('column.number'),
          cell: ({ id, number }) => <OrderNumber id={id} number={number} />,
        },
        items: {
          id: 'items',
          header: t('column.items'),
          grow: true,
          hideBelow: 'sm',
          cell: (order) => <span title={itemsText(order)}>{itemsText(order)}</span>,
        },
        state: {
          id: 'state',
          header: t('column.state'),
          cell: (order) => (
            <div className="py-1.5">
              <OrderStateBadge state={order.state} />
              <span className="mt-0.5 block max-w-[29vw] truncate text-xs text-ink-muted sm:hidden">
                {itemsText(order)}
              </span>
            </div>
          ),
        },
        total: {
          id: 'total',
          header: t('column.total'),
          align: 'right',
          cell: ({ total }) => <Money amount={total} currency="BRL" />,
        },
      }) satisfies Readonly<Record<string, Column<Order>>>,
    [t],
  );
};

/** Of orders at work. `toldMs`: when they were read. */
export const useActiveColumns = (toldMs: number): readonly Column<Order>[] => {
  const { t } = useTranslation('storefront');
  const shared = useSharedColumns();
  return useMemo(
    () => [
      shared.number,
      shared.items,
      shared.state,
      {
        id: 'waiting',
        header: t('column.waiting'),
        align: 'right',
        hideBelow: 'md',
        cell: (order) => <Waiting order={order} toldMs={toldMs} />,
      },
      { ...shared.total, hideBelow: 'lg' },
      {
        id: 'step',
        header: <span className="sr-only">{t('column.step')}</span>,
        align: 'right',
        cell: (order) => <StepButton order={order} size="sm" />,
      },
    ],
    [t, shared, toldMs],
  );
};

/** Of all orders. */
export const useOrderColumns = (): readonly Column<Order>[] => {
  const { t } = useTranslation('storefront');
  const shared = useSharedColumns();
  return useMemo(
    () => [
      shared.number,
      shared.items,
      shared.state,
      {
        id: 'by',
        header: t('column.by'),
        hideBelow: 'lg',
        cell: ({ customerId }) => (customerId === null ? t('guest') : t('customer')),
      },
      {
        id: 'made',
        header: t('column.made'),
        align: 'right',
        hideBelow: 'md',
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
      shared.total,
    ],
    [t, shared],
  );
};
