import { useNavigate } from '@tanstack/react-router';
import type { Case } from '@dumont/contracts/optimization/cases';
import { FolderPlus, FolderTree, GitCompareArrows, SearchX, X } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';
import { mostCases } from '../../../queries/optimization.ts';
import { useMay } from '../../../queries/session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { SearchInput } from '../../../ui/search-input.tsx';
import { EmptyState, QueryView, TableSkeleton } from '../../../ui/states.tsx';
import { CaseList } from './case-list.tsx';
import { named } from './case-tree.ts';
import { useCaseTree } from './use-case-tree.ts';

const FolderDialog = lazy(() => import('./folder-dialog.tsx'));

/** Cases in their folders: kept data, and solutions to compare. */
export const CasesTab = () => {
  const { t } = useTranslation('cases');
  const format = useFormat();
  const navigate = useNavigate();
  const mayWrite = useMay('optimization:write');
  const { cases, tree } = useCaseTree();
  const [search, setSearch] = useState('');
  const found = named(tree, search, format.locale);
  const [picked, setPicked] = useState<readonly Case[]>([]);
  const [isMaking, setMaking] = useState(false);
  const [first, second] = picked;
  const ofTwoApps = first !== undefined && second !== undefined && first.app !== second.app;
  /** Two at most: a third takes the place of the one before. */
  const pick = (item: Case, on: boolean) =>
    setPicked(on ? [...picked.slice(-1), item] : picked.filter(({ id }) => id !== item.id));
  const newFolder = mayWrite && (
    <Button onClick={() => setMaking(true)}>
      <FolderPlus aria-hidden />
      {t('folder.new')}
    </Button>
  );
  return (
    <div className="flex flex-col gap-3">
      {cases.data?.length !== 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <SearchInput
            label={t('search.filter')}
            value={search}
            onChange={setSearch}
            delayMs={0}
            className="w-full sm:w-64"
          />
          {newFolder}
          <Button
            disabled={second === undefined || ofTwoApps}
            onClick={() => {
              if (first === undefined || second === undefined) return;
              void navigate({
                to: '/optimization/cases/$caseId',
                params: { caseId: first.id },
                search: { with: second.id },
              });
            }}
          >
            <GitCompareArrows aria-hidden />
            {t('compare.action')}
          </Button>
          <span role="status" className="min-w-0 text-xs text-ink-muted">
            {ofTwoApps
              ? t('compare.otherApp')
              : first === undefined
                ? t('compare.pickTwo')
                : second === undefined
                  ? t('compare.pickOther', { name: first.name })
                  : t('compare.picked', { first: first.name, second: second.name })}
          </span>
          {first !== undefined && (
            <Button size="sm" variant="ghost" onClick={() => setPicked([])}>
              <X aria-hidden />
              {t('compare.clear')}
            </Button>
          )}
        </div>
      )}
      {(cases.data?.length ?? 0) >= mostCases && (
        <Alert tone="warning">{t('tooMany', { formatted: format.number(mostCases) })}</Alert>
      )}
      <div className="overflow-hidden rounded-lg border border-line bg-surface">
        <QueryView
          query={cases}
          skeleton={<TableSkeleton rows={6} />}
          isEmpty={(items) => items.length === 0}
          empty={
            <EmptyState
              icon={FolderTree}
              title={t('empty')}
              {...(mayWrite && {
                text: t('emptyText'),
                action: newFolder,
                command: 'dumont case create NAME --execution EXECUTION',
              })}
            />
          }
        >
          {() =>
            found.length === 0 ? (
              <EmptyState icon={SearchX} title={t('search.none', { name: search.trim() })} />
            ) : (
              <CaseList
                // Folders open where something was found in them.
                key={search}
                label={t('title')}
                nodes={found}
                tree={tree}
                picked={new Set(picked.map(({ id }) => id))}
                onPick={pick}
                isSearched={search.trim() !== ''}
              />
            )
          }
        </QueryView>
      </div>
      {isMaking && (
        <Suspense fallback={null}>
          <FolderDialog onClose={() => setMaking(false)} />
        </Suspense>
      )}
    </div>
  );
};
