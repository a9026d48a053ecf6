import { maskCnpj } from '@dumont/contracts/cnpj';
import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import type { Output } from './output.ts';
import { formatFields, formatTable } from './table.ts';
import { harmless } from './text.ts';
import { formatDecimal, formatMoney, formatShare } from './units.ts';

const classNames: Readonly<Record<Portfolio['composition'][number]['assetClass'], string>> = {
  caixa: 'cash',
  renda_fixa: 'fixed income',
  renda_variavel: 'equities',
  direitos_creditorios: 'credit rights',
  cpr: 'payables and receivables',
  outros: 'other',
};

const barColumns = 24;

const summary = (portfolio: Portfolio, { style }: Output): string => {
  const { fund, reconciliation } = portfolio;
  return formatFields(
    [
      ['Fund', fund === null ? undefined : `${harmless(fund.name ?? 'unnamed')} (${maskCnpj(fund.cnpj)})`],
      ['Kind', fund?.kind ?? undefined],
      ['Funds', fund === null ? portfolio.funds : undefined],
      ['Day', portfolio.date],
      ['Net worth', formatMoney(portfolio.netWorth)],
      ['Quota', fund?.quota ?? undefined],
      [
        'Shareholders',
        portfolio.shareholders === null ? null : formatDecimal(String(portfolio.shareholders)),
      ],
      ['Inflow', formatMoney(portfolio.inflow)],
      ['Outflow', formatMoney(portfolio.outflow)],
      [
        'Positions',
        reconciliation === null
          ? undefined
          : `${formatMoney(reconciliation.positions)}, ${formatMoney(reconciliation.gap)} off the net worth${reconciliation.gapShare === null ? '' : ` (${formatShare(reconciliation.gapShare)})`}`,
      ],
    ],
    style,
  );
};

const composition = (portfolio: Portfolio, { style, columns }: Output): string => {
  const bar = style.signs ? '█' : '#';
  const table = formatTable(
    portfolio.composition,
    [
      { header: 'CLASS', value: (row) => classNames[row.assetClass] },
      { header: 'VALUE', value: (row) => formatMoney(row.value), align: 'right' },
      { header: 'SHARE', value: (row) => formatShare(row.weight), align: 'right' },
      {
        header: '',
        value: (row) => bar.repeat(Math.max(0, Math.round(row.weight * barColumns))),
        tone: () => 'active',
      },
    ],
    style,
    columns,
  );
  return `${style.paint('strong', 'Composition')} on ${portfolio.compositionDate}\n${table}`;
};

const holdings = (portfolio: Portfolio, { style, columns }: Output, count: number): string => {
  const shown = portfolio.holdings.slice(0, count);
  const table = formatTable(
    shown,
    [
      { header: 'CODE', value: (row) => row.code, flexible: true },
      { header: 'HOLDING', value: (row) => row.description, flexible: true },
      { header: 'ISSUER', value: (row) => row.issuer, flexible: true },
      { header: 'CLASS', value: (row) => classNames[row.assetClass] },
      { header: 'VALUE', value: (row) => formatMoney(row.value), align: 'right' },
      { header: 'WEIGHT', value: (row) => formatShare(row.weight), align: 'right' },
    ],
    style,
    columns,
  );
  const more = portfolio.holdings.length - shown.length + portfolio.moreHoldings.count;
  return `${style.paint('strong', 'Holdings')}\n${table}${more === 0 ? '' : `\nand ${more} more`}`;
};

/** Net worth, composition and the largest holdings, as far as they are there. */
export const formatPortfolio = (portfolio: Portfolio, out: Output, holdingsShown: number): string =>
  [
    summary(portfolio, out),
    ...(portfolio.composition.length === 0 ? [] : [composition(portfolio, out)]),
    ...(portfolio.holdings.length === 0 || holdingsShown === 0
      ? []
      : [holdings(portfolio, out, holdingsShown)]),
  ].join('\n\n');
