import type { OrderDetails } from '@dumont/contracts/storefront/orders';
import { useTranslation } from 'react-i18next';
import { OrderStateBadge } from '../../features/storefront/order-state.tsx';
import { RelativeTime } from '../../ui/figures.tsx';

type Step = OrderDetails['history'][number];

/** Every state the order was in, with who brought it there. */
export const OrderHistory = ({ history }: Pick<OrderDetails, 'history'>) => {
  const { t } = useTranslation('storefront');
  const author = ({ by, user }: Step): string =>
    user === null || user.name === '' ? t(`by.${by}`) : t('byUser', { name: user.name });
  return (
    <ol className="flex flex-col gap-2.5">
      {history.map((step) => (
        <li
          key={`${step.at} ${step.state}`}
          className="flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-sm"
        >
          <OrderStateBadge state={step.state} />
          <span className="text-ink-muted">{author(step)}</span>
          <span className="ml-auto text-xs text-ink-muted">
            <RelativeTime at={step.at} />
          </span>
        </li>
      ))}
    </ol>
  );
};
