import { useInfiniteQuery } from '@tanstack/react-query';
import type { FundSummary } from '@dumont/contracts/pipelines/portfolio';
import { ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { portfolioQueries } from '../../queries/portfolio.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Money } from '../../ui/figures.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { ErrorState, TableSkeleton } from '../../ui/states.tsx';
import { maskCnpj } from '@dumont/contracts/cnpj';

interface FundPickerProps {
  /** Undefined where all funds are shown. */
  readonly fund: FundSummary | undefined;
  readonly onChoose: (cnpj: string | undefined) => void;
}

export const FundPicker = ({ fund, onChoose }: FundPickerProps) => {
  const { t } = useTranslation('portfolio');
  const [open, setOpen] = useState(false);
  const choose = (cnpj: string | undefined) => {
    onChoose(cnpj);
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        {t('choose')}
        <ChevronsUpDown aria-hidden />
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('choose')} size="lg">
        <FundList chosen={fund?.cnpj} onChoose={choose} />
      </Dialog>
    </>
  );
};

interface FundListProps {
  readonly chosen: string | undefined;
  readonly onChoose: (cnpj: string | undefined) => void;
}

const itemStyles =
  'flex w-full flex-wrap items-baseline gap-x-4 rounded-md px-3 py-2 text-left transition-colors hover:bg-hover aria-current:bg-selected';

const FundList = ({ chosen, onChoose }: FundListProps) => {
  const { t } = useTranslation('portfolio');
  const [search, setSearch] = useState('');
  const funds = useInfiniteQuery(portfolioQueries.funds(search.trim()));
  const items = funds.data?.pages.flatMap((page) => page.items);
  return (
    <div className="flex flex-col gap-2">
      <SearchInput label={t('chooseSearch')} value={search} onChange={setSearch} className="w-full" />
      {funds.isError && items === undefined && (
        <ErrorState error={funds.error} onRetry={() => void funds.refetch()} />
      )}
      {funds.isPending && <TableSkeleton />}
      {items !== undefined && (
        <ul className="-mx-3 flex flex-col">
          {search.trim() === '' && (
            <li>
              <button
                type="button"
                aria-current={chosen === undefined || undefined}
                onClick={() => onChoose(undefined)}
                className={itemStyles}
              >
                <span className="font-medium">{t('all')}</span>
              </button>
            </li>
          )}
          {items.map((fund) => (
            <li key={fund.cnpj}>
              <button
                type="button"
                aria-current={chosen === fund.cnpj || undefined}
                onClick={() => onChoose(fund.cnpj)}
                className={itemStyles}
              >
                <span className="min-w-0 flex-1 basis-64 text-sm text-ink">{fund.name ?? t('noName')}</span>
                <span className="text-sm">
                  {fund.netWorth !== null && <Money amount={fund.netWorth} currency="BRL" compact />}
                </span>
                <span className="w-full text-xs text-ink-muted">
                  {maskCnpj(fund.cnpj)}
                  {!fund.hasPositions && ` · ${t('noPositions')}`}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {items?.length === 0 && (
        <p className="py-6 text-center text-sm text-ink-muted">{t('chooseNone', { query: search })}</p>
      )}
      {funds.hasNextPage && (
        <Button busy={funds.isFetchingNextPage} onClick={() => void funds.fetchNextPage()}>
          {t('chooseMore')}
        </Button>
      )}
    </div>
  );
};
