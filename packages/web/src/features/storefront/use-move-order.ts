import type { Order } from '@dumont/contracts/storefront/orders';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { storefrontQueries } from '../../queries/storefront.ts';
import { toast } from '../../ui/toast.tsx';

type Target = 'preparing' | 'ready' | 'completed' | 'cancelled';

/** Takes an order on and says so. Whatever came of it, what is shown is read again: somebody else may have been first. */
export const useMoveOrder = ({ id, number }: Pick<Order, 'id' | 'number'>) => {
  const { t } = useTranslation('storefront');
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (state: Target) => api.moveOrder({ params: { id }, body: { state } }),
    onSuccess: ({ state }) => toast.ok(t('moved', { number, state: t(`state.${state}`) })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: storefrontQueries.orders }),
  });
};
