import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { draftOf } from '../../../features/storefront/draft-of.ts';
import { api } from '../../../lib/api.ts';
import { storefrontQueries } from '../../../queries/storefront.ts';
import { Switch } from '../../../ui/switch.tsx';
import { toast } from '../../../ui/toast.tsx';

/** Puts a product on the menu or takes it off; the toast takes that back. */
export const AvailableSwitch = ({ product }: { readonly product: MenuProduct }) => {
  const { t } = useTranslation(['storefront', 'common']);
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: (available: boolean) =>
      api.replaceMenuProduct({ params: { id: product.id }, body: { ...draftOf(product), available } }),
    onSuccess: async ({ name, available }) => {
      await queryClient.invalidateQueries({ queryKey: storefrontQueries.products().queryKey });
      const undo = { label: t('common:undo'), run: () => change.mutate(!available) };
      toast.ok(t(available ? 'shown' : 'hidden', { name }), undo);
    },
    onError: toast.error,
  });
  return (
    <Switch
      label={`${t('available')}: ${product.name}`}
      checked={change.isPending ? change.variables : product.available}
      disabled={change.isPending}
      onChange={(available) => change.mutate(available)}
    />
  );
};
