import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { storefrontQueries } from '../../../queries/storefront.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';

interface DeleteProductProps {
  readonly product: MenuProduct;
  readonly onClose: () => void;
}

/** Deletes for good; says what the way back would have been. */
export const DeleteProduct = ({ product: { id, name }, onClose }: DeleteProductProps) => {
  const { t } = useTranslation(['storefront', 'common']);
  const queryClient = useQueryClient();
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={t('deleteTitle', { name })}
      consequence={t('deleteText')}
      action={t('common:delete')}
      onConfirm={async () => {
        await api.deleteMenuProduct({ params: { id } });
        toast.ok(t('deleted', { name }));
        await queryClient.invalidateQueries({ queryKey: storefrontQueries.products().queryKey });
      }}
    />
  );
};
