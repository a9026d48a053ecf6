import { orderStates } from '@dumont/contracts/storefront/words';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { DateFilter } from '../../ui/date-filter.tsx';
import { Select } from '../../ui/select.tsx';
import { isFiltered, type StorefrontSearch } from './storefront-search.ts';

const any = 'any';

interface OrderFiltersProps {
  readonly search: StorefrontSearch;
  readonly onChange: (search: StorefrontSearch) => void;
}

/** State and days; each change starts at the first page. */
export const OrderFilters = ({ search, onChange }: OrderFiltersProps) => {
  const { t } = useTranslation('storefront');
  const set = (change: Partial<StorefrontSearch>) => onChange({ ...search, ...change, pages: undefined });
  const day = (value: string) => (value === '' ? undefined : value);
  return (
    <div role="search" aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2">
      <Select
        label={t('filter.state')}
        value={search.state ?? any}
        onChange={(value) => set({ state: value === any ? undefined : value })}
        className="w-full sm:w-52"
        options={[
          { value: any, label: t('filter.any') },
          ...orderStates.map((value) => ({ value, label: t(`state.${value}`) })),
        ]}
      />
      <DateFilter
        label={t('filter.from')}
        value={search.from}
        onChange={(from) => set({ from: day(from) })}
      />
      <DateFilter label={t('filter.to')} value={search.to} onChange={(to) => set({ to: day(to) })} />
      {isFiltered(search) && (
        <Button variant="ghost" onClick={() => onChange({ tab: 'orders' })}>
          <X aria-hidden />
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
};
