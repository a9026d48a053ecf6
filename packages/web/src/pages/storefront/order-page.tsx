import { ApiError } from '@dumont/contracts/client';
import type { OrderDetails } from '@dumont/contracts/storefront/orders';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { CancelOrder } from '../../features/storefront/cancel-order.tsx';
import { OrderStateBadge } from '../../features/storefront/order-state.tsx';
import { StepButton } from '../../features/storefront/step-button.tsx';
import { Waiting } from '../../features/storefront/waiting.tsx';
import { storefrontQueries } from '../../queries/storefront.ts';
import { Button } from '../../ui/button.tsx';
import { ShortId } from '../../ui/copy.tsx';
import { RelativeTime } from '../../ui/figures.tsx';
import { Descriptions, Page, Section } from '../../ui/page.tsx';
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx';
import { OrderHistory } from './order-history.tsx';
import { OrderItems } from './order-items.tsx';
import { OrderPayment } from './order-payment.tsx';

const page = getRouteApi('/app/storefront/orders/$orderId');

export const OrderPage = () => {
  const { t } = useTranslation('storefront');
  const { orderId } = page.useParams();
  const order = useQuery(storefrontQueries.order(orderId));
  if (order.data !== undefined) return <Loaded order={order.data} toldMs={order.dataUpdatedAt} />;
  const isUnknown = order.error instanceof ApiError && [404, 422].includes(order.error.status);
  return (
    <Page title={t('orderOne')} breadcrumb={<Breadcrumb />}>
      {!order.isError && <Skeleton className="h-96 w-full rounded-lg" />}
      {order.isError &&
        (isUnknown ? (
          <EmptyState
            icon={CircleSlash}
            title={t('orderNotFound')}
            text={t('orderNotFoundText')}
            action={
              <Button asChild>
                <Link to="/storefront" search={{ tab: 'orders' }}>
                  {t('back')}
                </Link>
              </Button>
            }
          />
        ) : (
          <ErrorState error={order.error} onRetry={() => void order.refetch()} retrying={order.isFetching} />
        ))}
    </Page>
  );
};

const Breadcrumb = () => {
  const { t } = useTranslation('storefront');
  return (
    <Link to="/storefront" search={{}} className="underline-offset-4 hover:text-ink hover:underline">
      {t('title')}
    </Link>
  );
};

interface LoadedProps {
  readonly order: OrderDetails;
  readonly toldMs: number;
}

const Loaded = ({ order, toldMs }: LoadedProps) => {
  const { t } = useTranslation('storefront');
  const title = t('order', { number: order.number });
  return (
    <Page
      title={title}
      heading={
        <span className="flex flex-wrap items-center gap-3">
          {title}
          <OrderStateBadge state={order.state} />
        </span>
      }
      breadcrumb={<Breadcrumb />}
      actions={
        <>
          <CancelOrder order={order} />
          <StepButton order={order} variant="primary" />
        </>
      }
    >
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <OrderItems order={order} />
          <Section title={t('history')}>
            <OrderHistory history={order.history} />
          </Section>
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Section title={t('details')}>
            <Descriptions
              items={[
                {
                  label: t('column.by'),
                  value:
                    order.customerId === null ? (
                      t('guest')
                    ) : (
                      <span className="inline-flex items-center gap-2">
                        {t('customer')} <ShortId id={order.customerId} />
                      </span>
                    ),
                },
                { label: t('column.made'), value: <RelativeTime at={order.createdAt} /> },
                order.waitingSeconds !== null && {
                  label: t('waited'),
                  value: <Waiting order={order} toldMs={toldMs} />,
                },
              ]}
            />
          </Section>
          <Section title={t('payment')}>
            <OrderPayment payment={order.payment} />
          </Section>
        </div>
      </div>
    </Page>
  );
};
