import { menuCategories } from '@dumont/contracts/storefront/words';
import type { MenuProduct } from '@dumont/contracts/storefront/menu';
import { useQuery } from '@tanstack/react-query';
import { ListFilter, Plus, UtensilsCrossed } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStaffRoles } from '../../../features/storefront/use-staff.ts';
import { storefrontQueries } from '../../../queries/storefront.ts';
import { Button } from '../../../ui/button.tsx';
import { Section } from '../../../ui/page.tsx';
import { SearchInput } from '../../../ui/search-input.tsx';
import { Select } from '../../../ui/select.tsx';
import { EmptyState, QueryView } from '../../../ui/states.tsx';
import { Table } from '../../../ui/table.tsx';
import type { StorefrontSearch } from '../storefront-search.ts';
import { DeleteProduct } from './delete-product.tsx';
import { matches } from './matches.ts';
import { useProductColumns, type ProductAct } from './product-columns.tsx';

const ProductDialog = lazy(() => import('./product-dialog.tsx'));
const all = 'all';

interface MenuTabProps {
  readonly search: StorefrontSearch;
  readonly onChange: (search: StorefrontSearch) => void;
}

/** All products by category, in the order in which customers see them. */
export const MenuTab = ({ search, onChange }: MenuTabProps) => {
  const { t } = useTranslation('storefront');
  const products = useQuery(storefrontQueries.products());
  const mayChange = useStaffRoles().has('manager');
  const [act, setAct] = useState<ProductAct>();
  const close = () => setAct(undefined);
  const set = (change: Partial<StorefrontSearch>) => onChange({ ...search, ...change });
  const create = mayChange && (
    <Button variant="primary" onClick={() => setAct({ kind: 'new' })}>
      <Plus aria-hidden />
      {t('newProduct')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput
          label={t('filter.search')}
          value={search.q ?? ''}
          onChange={(q) => set({ q: q === '' ? undefined : q })}
          className="w-full sm:w-64"
        />
        <Select
          label={t('filter.category')}
          value={search.category ?? all}
          onChange={(value) => set({ category: value === all ? undefined : value })}
          className="w-auto! min-w-40 flex-1 sm:flex-none"
          options={[
            { value: all, label: t('filter.anyCategory') },
            ...menuCategories.map((value) => ({ value, label: t(`category.${value}`) })),
          ]}
        />
        <span className="sm:ml-auto">{create}</span>
      </div>
      <QueryView
        query={products}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <Framed>
            <EmptyState
              icon={UtensilsCrossed}
              title={t('noProducts')}
              text={t('noProductsText')}
              action={create}
              command="dumont storefront product create X-Burguer --price 24.90 --category Lanche"
            />
          </Framed>
        }
      >
        {({ items }) => (
          <Categories
            products={items.filter((product) => matches(product, search))}
            onAct={mayChange ? setAct : undefined}
            onClear={() => onChange({ tab: 'menu' })}
          />
        )}
      </QueryView>
      <Suspense>
        {act?.kind === 'new' && (
          <ProductDialog product={undefined} category={search.category} onClose={close} />
        )}
        {act?.kind === 'edit' && <ProductDialog product={act.product} onClose={close} />}
      </Suspense>
      {act?.kind === 'delete' && <DeleteProduct product={act.product} onClose={close} />}
    </div>
  );
};

const Framed = ({ children }: { readonly children: React.ReactNode }) => (
  <div className="rounded-lg border border-line bg-surface">{children}</div>
);

interface CategoriesProps {
  readonly products: readonly MenuProduct[];
  /** Undefined for those who only look. */
  readonly onAct: ((act: ProductAct) => void) | undefined;
  readonly onClear: () => void;
}

const Categories = ({ products, onAct, onClear }: CategoriesProps) => {
  const { t } = useTranslation('storefront');
  const columns = useProductColumns(onAct);
  if (products.length === 0)
    return (
      <Framed>
        <EmptyState
          icon={ListFilter}
          title={t('noneFound')}
          action={<Button onClick={onClear}>{t('filter.clear')}</Button>}
        />
      </Framed>
    );
  return (
    <div className="flex flex-col gap-4">
      {menuCategories.map((category) => {
        const own = products.filter((product) => product.category === category);
        if (own.length === 0) return null;
        return (
          <Section
            key={category}
            flush
            title={t(`category.${category}`)}
            note={t('countProducts', { count: own.length })}
          >
            <Table
              label={t(`category.${category}`)}
              rows={own}
              columns={columns}
              rowKey={({ id }) => id}
              {...(onAct === undefined
                ? {}
                : { onOpen: (product: MenuProduct) => onAct({ kind: 'edit', product }) })}
            />
          </Section>
        );
      })}
    </div>
  );
};
