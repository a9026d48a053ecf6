import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { activeStates } from '../../lib/run-states.ts';
import { Button } from '../../ui/button.tsx';
import { DateFilter } from '../../ui/date-filter.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select } from '../../ui/select.tsx';
import { isFiltered, type RunSearch } from './run-search.ts';

const any = 'any';
const active = activeStates.join(',');
const problems = 'failed,timed_out';
const single = ['queued', 'running', 'succeeded', 'failed', 'cancelled', 'timed_out'] as const;
const kinds = ['pipeline', 'model', 'command'] as const;

interface RunFiltersProps {
  readonly search: RunSearch;
  /** Subjects that are known to exist. */
  readonly suggestions: readonly string[];
  readonly onChange: (search: RunSearch) => void;
}

/** The filters of the list; each change starts at its first page. */
export const RunFilters = ({ search, suggestions, onChange }: RunFiltersProps) => {
  const { t } = useTranslation(['runs', 'common']);

  const set = (key: 'state' | 'kind' | 'subject' | 'from' | 'to', value: string) => {
    const { pages: _, [key]: __, ...rest } = search;
    onChange(value === '' || value === any ? rest : { ...rest, [key]: value });
  };

  return (
    <div role="search" aria-label={t('filter.label')} className="flex flex-wrap items-center gap-2">
      <SearchInput
        label={t('filter.subjectPlaceholder')}
        value={search.subject ?? ''}
        onChange={(subject) => set('subject', subject)}
        delayMs={400}
        suggestions={suggestions}
        className="w-full sm:w-52"
      />
      <Select
        label={t('filter.state')}
        value={search.state ?? any}
        onChange={(state) => set('state', state)}
        className="w-auto! min-w-36 flex-1 sm:flex-none"
        options={[
          { value: any, label: t('filter.anyState') },
          { value: active, label: t('filter.active') },
          { value: problems, label: t('filter.problems') },
          ...single.map((value) => ({ value, label: t(`common:state.${value}`) })),
        ]}
      />
      <Select
        label={t('filter.kind')}
        value={search.kind ?? any}
        onChange={(kind) => set('kind', kind)}
        className="w-auto! min-w-32 flex-1 sm:flex-none"
        options={[
          { value: any, label: t('filter.anyKind') },
          ...kinds.map((value) => ({ value, label: t(`common:kind.${value}`) })),
        ]}
      />
      <DateFilter label={t('filter.from')} value={search.from} onChange={(from) => set('from', from)} />
      <DateFilter label={t('filter.to')} value={search.to} onChange={(to) => set('to', to)} />
      {isFiltered(search) && (
        <Button variant="ghost" onClick={() => onChange({})}>
          <X aria-hidden />
          {t('filter.clear')}
        </Button>
      )}
    </div>
  );
};
