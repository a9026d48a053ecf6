import type { Order } from '@dumont/contracts/storefront/orders';
import { useTranslation } from 'react-i18next';
import { Button, type ButtonProps } from '../../ui/button.tsx';
import { toast } from '../../ui/toast.tsx';
import { nextStep } from './order-steps.ts';
import { useMoveOrder } from './use-move-order.ts';
import { useStaffRoles } from './use-staff.ts';

interface StepButtonProps extends Pick<ButtonProps, 'size' | 'variant'> {
  readonly order: Pick<Order, 'id' | 'number' | 'state'>;
}

/** The one next step of an order, for those who do it; nothing otherwise. */
export const StepButton = ({ order, ...look }: StepButtonProps) => {
  const { t } = useTranslation('storefront');
  const move = useMoveOrder(order);
  const step = nextStep(order.state, useStaffRoles());
  if (step === undefined) return null;
  const text = t(`step.${step.from}`);
  return (
    <Button
      {...look}
      busy={move.isPending}
      aria-label={t('stepOf', { step: text, number: order.number })}
      onClick={() => move.mutate(step.to, { onError: toast.error })}
    >
      {text}
    </Button>
  );
};
