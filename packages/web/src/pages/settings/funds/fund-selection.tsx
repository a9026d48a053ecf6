import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { LayoutList } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LabelledSwitch } from '../../../features/forms/labelled-switch.tsx';
import { useSave } from '../../../features/forms/use-save.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { fundQueries } from '../../../queries/pipeline-settings.ts';
import { useMay, useProjectId } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { SearchInput } from '../../../ui/search-input.tsx';
import { EmptyState, ErrorState, TableSkeleton } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.tsx';
import { collectFunds } from './collect-funds.ts';
import { countSelected, isSelected, noChanges, selectionOf, withFunds } from './fund-draft.ts';

interface FundSelectionProps {
  readonly system: string;
  readonly name: string;
}

/** Which funds a system brings; nothing is changed until it is saved. */
export const FundSelection = ({ system, name }: FundSelectionProps) => {
  const { t } = useTranslation('settings');
  const format = useFormat();
  const projectId = useProjectId();
  const mayWrite = useMay('pipelines:write');
  const [query, setQuery] = useState('');
  const search = query.trim();
  const funds = useInfiniteQuery(fundQueries.list(system, projectId, search));
  const [draft, setDraft] = useState(noChanges);
  const [chosenAll, setChosenAll] = useState<boolean>();
  const discard = () => {
    setDraft(noChanges);
    setChosenAll(undefined);
  };

  const save = useSave({
    save: async (useAll: boolean) => {
      const saved = await collectFunds({ system, projectId, search: '' });
      const selected = saved.filter((fund) => fund.selected).map(({ cnpj }) => cnpj);
      return api.putFunds({
        params: { system },
        query: projectId === undefined ? {} : { projectId },
        body: { usar_todos: useAll, fundos_selecionados: selectionOf(draft, selected) },
      });
    },
    refresh: [fundQueries.all],
    done: () => t('funds.saved', { system: name }),
    onDone: discard,
    toastErrors: true,
  });
  const selectAll = useMutation({
    mutationFn: () => collectFunds({ system, projectId, search }),
    onSuccess: (all) => setDraft((current) => withFunds(current, all, true)),
    onError: toast.error,
  });

  const first = funds.data?.pages[0];
  if (first === undefined) {
    return funds.isError ? (
      <ErrorState error={funds.error} onRetry={() => void funds.refetch()} />
    ) : (
      <TableSkeleton />
    );
  }
  const items = funds.data?.pages.flatMap((page) => page.items) ?? [];
  const useAll = chosenAll ?? first.useAll;
  const selected = countSelected(draft, first.selected);
  const changed = useAll !== first.useAll || draft.cleared || draft.changes.size > 0;
  const nothing = !useAll && selected === 0;

  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface">
      <div className="flex flex-col gap-3 border-b border-line px-4 py-3">
        <LabelledSwitch
          label={t('funds.useAll')}
          hint={t('funds.useAllHint')}
          checked={useAll}
          onChange={setChosenAll}
          disabled={!mayWrite}
        />
        {!useAll && (
          <div className="flex flex-wrap items-center gap-2">
            <SearchInput
              label={t('funds.search')}
              value={query}
              onChange={setQuery}
              className="w-full sm:w-72"
            />
            {mayWrite && items.length > 0 && (
              <>
                <Button size="sm" busy={selectAll.isPending} onClick={() => selectAll.mutate()}>
                  {search === ''
                    ? t('funds.all')
                    : t('funds.allMatching', {
                        formatted: `${format.number(items.length)}${funds.hasNextPage ? '+' : ''}`,
                      })}
                </Button>
                <Button
                  size="sm"
                  variant="ghost"
                  disabled={selected === 0}
                  onClick={() => setDraft({ cleared: true, changes: new Map() })}
                >
                  {t('funds.clear')}
                </Button>
              </>
            )}
            <span className="text-xs text-ink-muted" role="status">
              {t('funds.selected', {
                count: selected,
                formatted: format.number(selected),
                known: format.number(first.known),
              })}
            </span>
          </div>
        )}
      </div>
      {!useAll &&
        (items.length === 0 ? (
          <EmptyState
            icon={LayoutList}
            title={search === '' ? t('funds.nothingKnown') : t('funds.noMatch', { query: search })}
            {...(search === '' ? { text: t('funds.nothingKnownText') } : {})}
          />
        ) : (
          <ul aria-label={t('section.funds')} className="max-h-[32rem] divide-y divide-line overflow-y-auto">
            {items.map((fund) => (
              <li key={fund.cnpj} className="px-4 py-2">
                <Checkbox
                  checked={isSelected(draft, fund)}
                  disabled={!mayWrite}
                  onChange={(on) => setDraft(withFunds(draft, [fund], on))}
                  label={
                    <>
                      {fund.name ?? t('funds.noName')}{' '}
                      <span className="text-xs text-ink-muted">{fund.cnpj}</span>
                    </>
                  }
                />
              </li>
            ))}
            {funds.hasNextPage && (
              <li className="p-3 text-center">
                <Button size="sm" busy={funds.isFetchingNextPage} onClick={() => void funds.fetchNextPage()}>
                  {t('funds.more')}
                </Button>
              </li>
            )}
          </ul>
        ))}
      {changed && (
        <footer className="flex flex-wrap items-center gap-2 border-t border-line bg-canvas px-4 py-3">
          <span className="mr-auto text-xs text-ink-muted">
            {nothing ? t('funds.emptySelection') : t('funds.unsaved')}
          </span>
          <Button onClick={discard} disabled={save.isPending}>
            {t('funds.discard')}
          </Button>
          <Button
            variant="primary"
            busy={save.isPending}
            disabled={nothing}
            onClick={() => save.mutate(useAll)}
          >
            {t('funds.save')}
          </Button>
        </footer>
      )}
    </div>
  );
};
