import { parseDecimal, type Decimal } from '../../lib/decimal.ts';
import { type IsoDay, parseCompactDay, parseIsoDay } from '@dumont/contracts/calendar';
import { PipelineFailure } from '../../lib/failure.ts';

export type AssetClass =
  | 'caixa'
  | 'renda_fixa'
  | 'renda_variavel'
  | 'direitos_creditorios'
  | 'cpr'
  | 'outros';

export interface Position {
  readonly kind: string;
  readonly assetClass: AssetClass;
  readonly code: string | null;
  readonly isin: string | null;
  readonly description: string | null;
  readonly issuer: string | null;
  readonly maturity: IsoDay | null;
  readonly quantity: Decimal | null;
  readonly price: Decimal | null;
  /** What it adds to the net worth. */
  readonly value: Decimal;
  readonly details: Readonly<Record<string, string>>;
}

/** One fund or managed portfolio on one day. */
export interface PositionPortfolio {
  readonly version: '4.01' | '5.0';
  readonly cnpj: string;
  readonly day: IsoDay;
  readonly name: string | null;
  readonly isin: string | null;
  readonly administrator: string | null;
  readonly manager: string | null;
  readonly custodian: string | null;
  readonly quota: Decimal | null;
  readonly quantity: Decimal | null;
  readonly netWorth: Decimal | null;
  readonly positions: readonly Position[];
  readonly details: Readonly<Record<string, string>>;
}

/** Both forms of a day occur: `YYYYMMDD` in 4.01, `YYYY-MM-DD` in 5.0. */
export function parseDay(text: string | undefined): IsoDay | null {
  if (text === undefined) return null;
  return parseCompactDay(text) ?? parseIsoDay(text.slice(0, 10)) ?? null;
}

/** A missing amount is null; one that is no number spoils the sum of its portfolio, so it is an error. */
export function amount(text: string | undefined, where: string): Decimal | null {
  if (text === undefined) return null;
  const value = parseDecimal(text);
  if (!value) throw new PipelineFailure(`${where}: "${text}" is not a number with a decimal point`);
  return value;
}

/** Placeholder of custodians for papers without an ISIN. */
const noIsin = /^BR0{10}$/;

export function realIsin(text: string | undefined): string | null {
  return text === undefined || noIsin.test(text) ? null : text;
}
