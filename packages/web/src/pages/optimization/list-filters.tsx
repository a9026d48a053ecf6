import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocalized } from '../../i18n/use-localized.ts';
import { optimizationQueries } from '../../queries/optimization.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import type { OptimizationSearch } from './optimization-search.ts';

const any = '';

type Filters = Pick<OptimizationSearch, 'app' | 'name'>;

interface ListFiltersProps extends Filters {
  /** Each change starts at the first page. */
  readonly onChange: (filters: Filters) => void;
}

/** Only what has something in its name, and belongs to one app. */
export const ListFilters = ({ app, name, onChange }: ListFiltersProps) => {
  const { t } = useTranslation('optimization');
  const localized = useLocalized();
  const items = useQuery(optimizationQueries.apps()).data?.items ?? [];
  return (
    <div role="search" aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2">
      <SearchInput
        label={t('filter.name')}
        value={name ?? ''}
        onChange={(next) => onChange({ app, name: next === '' ? undefined : next })}
        className="w-full sm:w-64"
      />
      <Select
        className="w-auto! min-w-48 flex-1 sm:flex-none"
        label={t('column.app')}
        value={app ?? any}
        onChange={(next) => onChange({ app: next === any ? undefined : next, name })}
        options={[
          { value: any, label: t('filter.anyApp') },
          ...items.map((each) => ({ value: each.id, label: localized(each.name) })),
          // The address may name one that is gone.
          ...(app === undefined || items.some(({ id }) => id === app) ? [] : [{ value: app, label: app }]),
        ]}
      />
    </div>
  );
};
