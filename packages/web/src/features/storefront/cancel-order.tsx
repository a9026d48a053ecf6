import type { Order } from '@dumont/contracts/storefront/orders';
import { Ban } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { isPaid } from '@dumont/contracts/storefront/words';
import { mayCancel } from './order-steps.ts';
import { useMoveOrder } from './use-move-order.ts';
import { useStaffRoles } from './use-staff.ts';

/** Cancels an order after saying what becomes of its money; nothing for those who may not. */
export const CancelOrder = ({ order }: { readonly order: Order }) => {
  const { t } = useTranslation('storefront');
  const format = useFormat();
  const move = useMoveOrder(order);
  const [open, setOpen] = useState(false);
  if (!mayCancel(order.state, useStaffRoles())) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Ban aria-hidden />
        {t('cancel')}
      </Button>
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={t('cancelTitle', { number: order.number })}
        consequence={
          isPaid(order.state)
            ? t('cancelPaid', { amount: format.money(order.total, 'BRL') })
            : t('cancelUnpaid')
        }
        keep={t('keep')}
        action={t('cancel')}
        onConfirm={() => move.mutateAsync('cancelled')}
      />
    </>
  );
};
