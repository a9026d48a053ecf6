import type { OrderDetails } from '@dumont/contracts/storefront/orders';
import { CircleCheck, CircleX, Clock, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { Money, RelativeTime } from '../../ui/figures.tsx';
import { Descriptions } from '../../ui/page.tsx';

type Payment = NonNullable<OrderDetails['payment']>;

const looks = {
  creating: ['neutral', Clock],
  pending: ['warning', Clock],
  approved: ['ok', CircleCheck],
  refused: ['danger', CircleX],
  cancelled: ['neutral', CircleX],
  expired: ['neutral', CircleX],
  refunded: ['neutral', Undo2],
  failed: ['danger', CircleX],
} as const;

const PaymentState = ({ state, counts }: Payment) => {
  const { t } = useTranslation('storefront');
  const isLeaving = state === 'approved' && !counts;
  const [tone, Icon] = isLeaving ? (['warning', Undo2] as const) : looks[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {isLeaving ? t('refunding') : t(`paymentState.${state}`)}
    </Badge>
  );
};

/** The latest payment of an order, as the provider has told it. */
export const OrderPayment = ({ payment }: Pick<OrderDetails, 'payment'>) => {
  const { t } = useTranslation('storefront');
  if (payment === null) return <p className="text-sm text-ink-muted">{t('noPayment')}</p>;
  return (
    <Descriptions
      items={[
        { label: t('column.state'), value: <PaymentState {...payment} /> },
        { label: t('amount'), value: <Money amount={payment.amount} currency="BRL" /> },
        payment.externalId !== null && {
          label: t('charge'),
          value: (
            <span className="inline-flex max-w-full items-center gap-1">
              <span className="min-w-0 truncate font-mono text-xs">{payment.externalId}</span>
              <CopyButton value={payment.externalId} />
            </span>
          ),
        },
        { label: t('asked'), value: <RelativeTime at={payment.createdAt} /> },
        { label: t('changed'), value: <RelativeTime at={payment.updatedAt} /> },
      ]}
    />
  );
};
