import type { Order } from '@dumont/contracts/storefront/orders';
import { Ban, ChefHat, CircleCheck, CircleDashed, Clock, Inbox, PackageCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Badge } from '../../ui/badge.tsx';

const looks = {
  open: ['neutral', CircleDashed],
  pending: ['warning', Clock],
  received: ['neutral', Inbox],
  preparing: ['running', ChefHat],
  ready: ['ok', PackageCheck],
  completed: ['neutral', CircleCheck],
  cancelled: ['neutral', Ban],
} as const;

/** Where an order is, as icon, word and colour. */
export const OrderStateBadge = ({ state }: Pick<Order, 'state'>) => {
  const { t } = useTranslation('storefront');
  const [tone, Icon] = looks[state];
  return (
    <Badge tone={tone}>
      <Icon aria-hidden />
      {t(`state.${state}`)}
    </Badge>
  );
};
