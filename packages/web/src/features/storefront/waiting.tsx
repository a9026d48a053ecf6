import type { Order } from '@dumont/contracts/storefront/orders';
import { TimerReset } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { useNow } from '../../lib/use-now.ts';

/** From here on an order stands out, as on the kitchen's board. */
const lateSeconds = 15 * 60;

interface WaitingProps {
  readonly order: Pick<Order, 'state' | 'waitingSeconds'>;
  /** When the order was told so, in milliseconds since 1970. */
  readonly toldMs: number;
}

/** How long a customer has waited, counting on while the order is at work. */
export const Waiting = ({ order: { state, waitingSeconds }, toldMs }: WaitingProps) => {
  const { t } = useTranslation('storefront');
  const format = useFormat();
  const counts = state === 'received' || state === 'preparing';
  const now = useNow(counts);
  if (waitingSeconds === null) return '–';
  const seconds = waitingSeconds + (counts ? Math.max(0, (now - toldMs) / 1000) : 0);
  const text = format.duration(seconds, { wholeSeconds: true });
  if (!counts || seconds < lateSeconds) return <span className="whitespace-nowrap">{text}</span>;
  return (
    <span className="inline-flex items-center gap-1 whitespace-nowrap text-warning">
      <TimerReset aria-hidden className="size-3.5" />
      {text} <span className="sr-only">({t('late')})</span>
    </span>
  );
};
