import { z } from 'zod';
import { holdersOf } from '../access.ts';
import { Cnpj, IsoDate, longText, pageOf, pageQuery, Timestamp } from '../primitives.ts';
import { route } from '../route.ts';

/** All from loaded data. Money is in BRL as decimal strings with two digits; quotas keep twelve. */
const Money = z.string().regex(/^-?\d+\.\d{2}$/);

export const assetClasses = [
  'caixa',
  'renda_fixa',
  'renda_variavel',
  'direitos_creditorios',
  'cpr',
  'outros',
] as const;

export const FundSummary = z
  .strictObject({
    cnpj: z.string(),
    name: z.string().nullable(),
    kind: z.string().nullable(),
    /** The day of the figures. */
    date: IsoDate.nullable(),
    netWorth: Money.nullable(),
    quota: z.string().nullable(),
    shareholders: z.number().int().nullable(),
    inflow: Money.nullable(),
    outflow: Money.nullable(),
    hasPositions: z.boolean(),
  })
  .meta({ id: 'FundSummary' });
export type FundSummary = z.infer<typeof FundSummary>;

export const listPortfolioFunds = route({
  method: 'GET',
  path: '/api/v1/portfolio/funds',
  tag: 'portfolio',
  summary: 'Funds with loaded data, by net worth',
  access: holdersOf('portfolio:read'),
  query: z.strictObject({ ...pageQuery, search: longText(200).optional() }),
  response: pageOf(FundSummary),
});

export const CompositionItem = z.strictObject({
  assetClass: z.enum(assetClasses),
  value: Money,
  /** Share of the sum of positions, 0..1. */
  weight: z.number(),
});

export const Portfolio = z
  .strictObject({
    /** False while nothing has been loaded: then every list is empty. */
    hasData: z.boolean(),
    fund: FundSummary.nullable(),
    funds: z.number().int(),
    date: IsoDate.nullable(),
    netWorth: Money.nullable(),
    shareholders: z.number().int().nullable(),
    inflow: Money.nullable(),
    outflow: Money.nullable(),
    composition: z.array(CompositionItem),
    compositionDate: IsoDate.nullable(),
    holdings: z.array(
      z.strictObject({
        code: z.string().nullable(),
        description: z.string(),
        issuer: z.string().nullable(),
        assetClass: z.enum(assetClasses),
        quantity: z.string().nullable(),
        value: Money,
        weight: z.number(),
      }),
    ),
    /** Holdings beyond the first 500 by value are counted here, never hidden. */
    moreHoldings: z.strictObject({ count: z.number().int(), value: Money }),
    series: z.array(
      z.strictObject({
        date: IsoDate,
        netWorth: Money,
        quota: z.string().nullable(),
        inflow: Money,
        outflow: Money,
        shareholders: z.number().int().nullable(),
      }),
    ),
    /** Composition by month, for the stacked evolution. */
    evolution: z.array(z.strictObject({ date: IsoDate, composition: z.array(CompositionItem) })),
    /** Accumulated CDI over the same days, as a factor that starts at 1; empty when not loaded. */
    benchmark: z.array(z.strictObject({ date: IsoDate, factor: z.number() })),
    /** Sum of positions against the reported net worth of the same day. */
    reconciliation: z
      .strictObject({ positions: Money, netWorth: Money, gap: Money, gapShare: z.number().nullable() })
      .nullable(),
    loads: z.array(
      z.strictObject({
        source: z.string(),
        file: z.string(),
        loadedAt: Timestamp,
        rows: z.number().int(),
        rejected: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'Portfolio' });
export type Portfolio = z.infer<typeof Portfolio>;

export const getPortfolio = route({
  method: 'GET',
  path: '/api/v1/portfolio',
  aliases: ['/api/portfolio'],
  tag: 'portfolio',
  summary: 'Net worth, composition, holdings, series and reconciliation: of one fund, or of all loaded ones',
  access: holdersOf('portfolio:read'),
  query: z.strictObject({
    fund: Cnpj.optional(),
    from: IsoDate.optional(),
    to: IsoDate.optional(),
  }),
  response: Portfolio,
  errors: ['portfolio.fund_not_found'],
});
