import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import { Ellipsis, PencilLine, Trash2 } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ProductPicture } from '../../../features/storefront/product-picture.tsx';
import { Money } from '../../../ui/figures.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../../ui/menu.tsx';
import { StateBadge } from '../../../ui/state-badge.tsx';
import type { Column } from '../../../ui/table.tsx';
import { AvailableSwitch } from './available-switch.tsx';

export type ProductAct =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit' | 'delete'; readonly product: MenuProduct };

/** `onAct` undefined: for those who only look. */
export const useProductColumns = (
  onAct: ((act: ProductAct) => void) | undefined,
): readonly Column<MenuProduct>[] => {
  const { t } = useTranslation(['storefront', 'common']);
  return useMemo(() => {
    const columns: Column<MenuProduct>[] = [
      {
        id: 'product',
        header: t('column.product'),
        grow: true,
        cell: ({ name, description, images, price }) => (
          <span className="flex items-center gap-3 py-1.5">
            <ProductPicture name={images[0]} alt="" />
            <span className="min-w-0 leading-tight">
              <span className="block truncate font-medium">{name}</span>
              <span className="hidden truncate text-xs text-ink-muted sm:block">{description}</span>
              <span className="block text-xs text-ink-muted sm:hidden">
                <Money amount={price} currency="BRL" />
              </span>
            </span>
          </span>
        ),
      },
      {
        id: 'price',
        header: t('column.price'),
        align: 'right',
        hideBelow: 'sm',
        cell: ({ price }) => <Money amount={price} currency="BRL" />,
      },
      {
        id: 'available',
        header: <span className="sr-only sm:not-sr-only sm:whitespace-nowrap">{t('column.available')}</span>,
        cell: (product) =>
          onAct === undefined ? (
            <StateBadge plain state={product.available ? 'active' : 'disabled'} />
          ) : (
            <span className="flex">
              <AvailableSwitch product={product} />
            </span>
          ),
      },
    ];
    if (onAct === undefined) return columns;
    return [
      ...columns,
      {
        id: 'actions',
        header: <span className="sr-only">{t('column.actions')}</span>,
        align: 'right',
        cell: (product) => (
          <Menu
            trigger={
              <IconButton label={t('actionsOf', { name: product.name })}>
                <Ellipsis aria-hidden />
              </IconButton>
            }
          >
            <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onAct({ kind: 'edit', product })}>
              {t('edit')}
            </MenuItem>
            <MenuItem
              danger
              icon={<Trash2 aria-hidden />}
              onSelect={() => onAct({ kind: 'delete', product })}
            >
              {t('common:delete')}
            </MenuItem>
          </Menu>
        ),
      },
    ];
  }, [t, onAct]);
};
