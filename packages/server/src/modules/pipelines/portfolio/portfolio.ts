import { addDays } from '@dumont/contracts/calendar';
import { assetClasses, type CompositionItem, type Portfolio } from '@dumont/contracts/pipelines/portfolio';
import type { z } from 'zod';
import type { Database, Executor } from '../../../kernel/db/database.ts';
import { AppError } from '../../../kernel/errors.ts';
import { findFund } from './fund-list-store.ts';
import {
  countFunds,
  findFundReconciliation,
  findLatestDay,
  findReconciliation,
  listAllHoldings,
  listCdi,
  listClasses,
  listCompositionDays,
  listFundClasses,
  listFundCompositionDays,
  listFundHoldings,
  listLoads,
  listSeries,
  type ClassRow,
  type CompositionDay,
  type Holdings,
  type Period,
  type ReconciliationRow,
} from './portfolio-store.ts';

const maxHoldings = 500;
const maxLoads = 50;
/** What is shown where nobody asks for a longer period. */
const defaultDays = 366;

type AssetClass = (typeof assetClasses)[number];
type Composition = z.infer<typeof CompositionItem>[];

const isAssetClass = (name: string): name is AssetClass => (assetClasses as readonly string[]).includes(name);
const toAssetClass = (name: string): AssetClass => (isAssetClass(name) ? name : 'outros');

/** Shares are for people: the sums themselves stay decimal. */
const share = (value: string, total: number): number => (total === 0 ? 0 : Number(value) / total);

const compose = (rows: readonly ClassRow[]): Composition => {
  const total = rows.reduce((sum, { value }) => sum + Number(value), 0);
  return rows
    .map(({ assetClass, value }) => ({
      assetClass: toAssetClass(assetClass),
      value,
      weight: share(value, total),
    }))
    .toSorted((a, b) => assetClasses.indexOf(a.assetClass) - assetClasses.indexOf(b.assetClass));
};

const evolve = (rows: readonly ClassRow[]): Portfolio['evolution'] =>
  [...Map.groupBy(rows, ({ date }) => date)].map(([date, classes]) => ({
    date,
    composition: compose(classes),
  }));

/** The rate of a day counts from that day to the next: the factor of the first day is 1. */
const accumulate = (days: readonly { date: string; percent: number }[]): Portfolio['benchmark'] => {
  let factor = 1;
  return days.map(({ date, percent }) => {
    const point = { date, factor: Math.round(factor * 1e10) / 1e10 };
    factor *= 1 + percent / 100;
    return point;
  });
};

/** Positions of a fund, or of all funds. */
interface Positions {
  readonly days: readonly CompositionDay[];
  readonly classes: readonly ClassRow[];
  readonly holdings: Holdings;
  readonly reconciliation: ReconciliationRow | undefined;
}

const noHoldings: Holdings = { largest: [], more: { count: 0, value: '0.00' } };

const readFundPositions = async (db: Executor, cnpj: string, period: Period): Promise<Positions> => {
  const days = await listFundCompositionDays(db, cnpj, period);
  const [latest] = days;
  if (latest === undefined) return { days, classes: [], holdings: noHoldings, reconciliation: undefined };
  const [classes, holdings, reconciliation] = await Promise.all([
    listFundClasses(db, cnpj, days),
    listFundHoldings(db, cnpj, latest, maxHoldings),
    findFundReconciliation(db, cnpj, latest),
  ]);
  return { days, classes, holdings, reconciliation };
};

const readAllPositions = async (db: Executor, period: Period): Promise<Positions> => {
  const days = await listCompositionDays(db, period);
  const [latest] = days;
  if (latest === undefined) return { days, classes: [], holdings: noHoldings, reconciliation: undefined };
  const [classes, holdings, reconciliation] = await Promise.all([
    listClasses(db, days),
    listAllHoldings(db, latest.date, maxHoldings),
    findReconciliation(db, latest.date),
  ]);
  return { days, classes, holdings, reconciliation };
};

export interface PortfolioQuery {
  readonly fund: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Throws `portfolio.fund_not_found`. */
export const readPortfolio = async (db: Database, query: PortfolioQuery): Promise<Portfolio> => {
  const cnpj = query.fund;
  const fund = cnpj === undefined ? undefined : await findFund(db, cnpj);
  if (cnpj !== undefined && fund === undefined) throw new AppError('portfolio.fund_not_found', { cnpj });

  const latestDay = await findLatestDay(db, cnpj, query.to);
  const from = query.from ?? (latestDay === undefined ? undefined : addDays(latestDay, -defaultDays));
  const span = latestDay === undefined || from === undefined ? undefined : { from, to: latestDay };
  const period = { from, to: query.to };
  const [funds, loads, series, positions] = await Promise.all([
    cnpj === undefined ? countFunds(db) : 1,
    listLoads(db, maxLoads),
    span === undefined ? [] : listSeries(db, cnpj, span),
    cnpj === undefined ? readAllPositions(db, period) : readFundPositions(db, cnpj, period),
  ]);
  const first = series[0];
  const last = series.at(-1);
  const cdi =
    first === undefined || last === undefined ? [] : await listCdi(db, { from: first.date, to: last.date });

  const { holdings, reconciliation } = positions;
  const compositionDate = positions.days[0]?.date ?? null;
  const latestClasses = positions.classes.filter(({ date }) => date === compositionDate);
  const held = latestClasses.reduce((sum, { value }) => sum + Number(value), 0);
  return {
    hasData: funds > 0 || loads.length > 0,
    fund: fund ?? null,
    funds,
    date: last?.date ?? (reconciliation === undefined ? null : compositionDate),
    netWorth: last?.netWorth ?? reconciliation?.netWorth ?? null,
    shareholders: last?.shareholders ?? null,
    inflow: last?.inflow ?? null,
    outflow: last?.outflow ?? null,
    composition: compose(latestClasses),
    compositionDate,
    holdings: holdings.largest.map((row) => ({
      ...row,
      assetClass: toAssetClass(row.assetClass),
      weight: share(row.value, held),
    })),
    moreHoldings: holdings.more,
    series: [...series],
    evolution: evolve(positions.classes),
    benchmark: accumulate(cdi),
    reconciliation: reconciliation ?? null,
    loads: loads.map((load) => ({ ...load, loadedAt: load.loadedAt.toISOString() })),
  };
};
