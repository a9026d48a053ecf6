import { useQuery } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { executionQueries, type ExecutionFilter } from '../../queries/optimization.ts';
import { SearchInput } from '../../ui/search-input.tsx';
import { Select, type SelectOption } from '../../ui/select.tsx';

const mostOffered = 50;

/**
 * Executions with a solution to choose from, the newest ones. Where there are more, they are searched by name at the
 * server: `isAny` says whether there is anything to choose at all.
 */
export const useSolvedExecutions = (
  among: Pick<ExecutionFilter, 'app' | 'instanceId'>,
  isOffered: (execution: Execution) => boolean = () => true,
) => {
  const [search, setSearch] = useState('');
  const filter = { ...among, solved: 'true', limit: mostOffered } as const;
  const all = useQuery(executionQueries.list(filter));
  const found = useQuery({
    ...executionQueries.list({ ...filter, search }),
    enabled: search !== '',
  });
  const shown = (search === '' ? all : found).data?.items ?? [];
  return {
    query: all,
    isAny: (all.data?.items ?? []).some((each) => isOffered(each)),
    items: shown.filter((each) => isOffered(each)),
    search,
    setSearch,
    hasMore: (all.data?.nextCursor ?? null) !== null,
    isSettled: search === '' || (found.isSuccess && !found.isPlaceholderData),
  };
};

interface ExecutionPickerProps {
  readonly from: Pick<
    ReturnType<typeof useSolvedExecutions>,
    'items' | 'search' | 'setSearch' | 'hasMore' | 'isSettled'
  >;
  readonly value: string;
  readonly onChange: (id: string) => void;
  /** What choosing none is called. */
  readonly none: string;
  readonly labelOf: (execution: Execution) => string;
  /** The accessible name, where no Field gives one. */
  readonly label?: string;
  readonly id?: string;
  readonly 'aria-describedby'?: string;
}

/** Chooses one of them; the search stands before it where not all are offered. */
export const ExecutionPicker = ({
  from,
  value,
  onChange,
  none,
  labelOf,
  ...select
}: ExecutionPickerProps) => {
  const { t } = useTranslation('optimization');
  const { items, search, setSearch } = from;
  // What was chosen stays so while something else is looked for, with the words that it had.
  const [chosen, setChosen] = useState<SelectOption<string>>();
  const options = items.map((each) => ({ value: each.id, label: labelOf(each) }));
  const current = options.find((option) => option.value === value);
  if (current !== undefined && (chosen?.value !== current.value || chosen.label !== current.label))
    setChosen(current);
  const missing = value === '' || current !== undefined ? [] : [{ value, label: value }];
  return (
    <span className="flex flex-col gap-1">
      <span className="flex flex-wrap gap-2">
        {(from.hasMore || search !== '') && (
          <SearchInput
            label={t('compare.search')}
            value={search}
            onChange={setSearch}
            className="w-full sm:w-56"
          />
        )}
        <Select
          {...select}
          className="min-w-0 flex-1 basis-64"
          value={value}
          onChange={onChange}
          options={[
            { value: '', label: none },
            ...missing.map((option) => (chosen?.value === option.value ? chosen : option)),
            ...options,
          ]}
        />
      </span>
      <span role="status" className="text-xs text-ink-muted empty:hidden">
        {from.isSettled && search !== '' && items.length === 0 ? t('compare.unknown') : ''}
      </span>
    </span>
  );
};
