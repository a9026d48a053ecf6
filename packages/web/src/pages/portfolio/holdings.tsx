import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Money } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { SearchInput } from '../../ui/search-input.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { classColour } from './class-colours.ts';
import { nameHolding, type Holding } from './holding-name.ts';

/** Every position that was loaded, largest first. */
export const Holdings = ({ portfolio }: { readonly portfolio: Portfolio }) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const [query, setQuery] = useState('');
  const { holdings, moreHoldings } = portfolio;
  if (holdings.length === 0) return null;

  const wanted = query.trim().toLocaleLowerCase();
  const shown = holdings
    .map((holding, index) => ({ ...holding, index }))
    .filter(({ code, description, issuer }) =>
      `${code ?? ''} ${description} ${issuer ?? ''}`.toLocaleLowerCase().includes(wanted),
    );
  const total = holdings.length + moreHoldings.count;
  const columns: Column<Holding & { readonly index: number }>[] = [
    {
      id: 'description',
      header: t('description'),
      grow: true,
      sortBy: (holding) => nameHolding(holding).name,
      cell: (holding) => {
        const { name, detail } = nameHolding(holding);
        return (
          <span title={holding.description}>
            <span className={detail === null ? '' : 'font-medium'}>{name}</span>
            {detail !== null && <span className="ml-2 text-ink-muted">{detail}</span>}
          </span>
        );
      },
    },
    {
      id: 'issuer',
      header: t('issuer'),
      hideBelow: 'xl',
      sortBy: ({ issuer }) => issuer,
      cell: ({ issuer }) => <span className="block max-w-56 truncate">{issuer ?? '–'}</span>,
    },
    {
      id: 'class',
      header: t('class'),
      hideBelow: 'md',
      sortBy: ({ assetClass }) => t(`assetClass.${assetClass}`),
      cell: ({ assetClass }) => (
        <span className="inline-flex items-center gap-1.5">
          <span
            aria-hidden
            className="size-2 rounded-sm"
            style={{ background: `var(--${classColour[assetClass]})` }}
          />
          {t(`assetClass.${assetClass}`)}
        </span>
      ),
    },
    {
      id: 'quantity',
      header: t('quantity'),
      align: 'right',
      hideBelow: 'lg',
      sortBy: ({ quantity }) => (quantity === null ? null : Number(quantity)),
      cell: ({ quantity }) => (quantity === null ? '–' : format.number(Number(quantity), 2)),
    },
    {
      id: 'value',
      header: t('value'),
      align: 'right',
      sortBy: ({ value }) => Number(value),
      cell: ({ value }) => (
        <>
          <span className="hidden sm:inline">
            <Money amount={value} currency="BRL" />
          </span>
          <span className="sm:hidden">
            <Money amount={value} currency="BRL" compact />
          </span>
        </>
      ),
    },
    {
      id: 'weight',
      header: t('weight'),
      align: 'right',
      sortBy: ({ weight }) => weight,
      cell: ({ weight }) => format.share(weight, 2),
    },
  ];

  return (
    <Section
      title={t('holdings')}
      note={t('holdingsNote', { count: total, formatted: format.number(total) })}
      flush
      actions={<SearchInput label={t('holdingsFilter')} value={query} onChange={setQuery} className="w-44" />}
    >
      {shown.length === 0 ? (
        <p className="py-8 text-center text-sm text-ink-muted">{t('holdingsNone', { query })}</p>
      ) : (
        <div className="max-h-[36rem] overflow-y-auto">
          <Table
            label={t('holdings')}
            rows={shown}
            columns={columns}
            rowKey={({ index }) => String(index)}
            initialSort={{ column: 'value', descending: true }}
          />
        </div>
      )}
      {moreHoldings.count > 0 && (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-muted">
          {t('more', {
            count: moreHoldings.count,
            formatted: format.number(moreHoldings.count),
            value: format.money(moreHoldings.value, 'BRL'),
          })}
        </p>
      )}
    </Section>
  );
};
