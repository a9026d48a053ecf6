import { negate, zero, type Decimal } from '../../lib/decimal.ts';
import { parseCnpj } from '@dumont/contracts/cnpj';
import { PipelineFailure } from '../../lib/failure.ts';
import {
  amount,
  parseDay,
  realIsin,
  type AssetClass,
  type Position,
  type PositionPortfolio,
} from './portfolio.ts';
import { child, descendants, textAt, type XmlElement } from './xml-tree.ts';

/** ANBIMA's table of asset kinds, level 1, as `OthrId` with the type "TABELA NIVEL 1". */
const classes: Readonly<Record<string, AssetClass>> = {
  EQUI: 'renda_variavel',
  LOAN: 'renda_variavel',
  OPTI: 'outros',
  OPCO: 'outros',
  FUTU: 'outros',
  TERM: 'outros',
  SWAP: 'outros',
  SHAR: 'outros',
  GOVE: 'renda_fixa',
  REPO: 'renda_fixa',
  COMP: 'renda_fixa',
  DEBE: 'renda_fixa',
  CORP: 'renda_fixa',
  BOND: 'renda_fixa',
  CDB: 'renda_fixa',
  LCI: 'renda_fixa',
  LCA: 'renda_fixa',
  LF: 'renda_fixa',
  LCRE: 'renda_fixa',
  AGRO: 'renda_fixa',
  CASH: 'caixa',
  PROV: 'cpr',
  PAYA: 'cpr',
  RECE: 'cpr',
};

function otherId(instrument: XmlElement | undefined, type: string): string | undefined {
  for (const id of instrument?.children ?? []) {
    if (id.name !== 'OthrId') continue;
    if ((textAt(id, 'Tp', 'Cd') ?? textAt(id, 'Tp', 'Prtry')) === type) return textAt(id, 'Id');
  }
  return undefined;
}

/** `Sgn` false makes the amount negative. */
function holdingValue(balance: XmlElement, where: string): Decimal | null {
  const holding = child(balance, 'AcctBaseCcyAmts', 'HldgVal');
  const value = amount(textAt(holding, 'Amt'), where);
  return value && textAt(holding, 'Sgn')?.toLowerCase() === 'false' ? negate(value) : value;
}

/** The quantity is a choice of unit, face amount or amortised value; a short position counts negative. */
function quantityOf(balance: XmlElement, where: string): Decimal | null {
  const quantity = child(balance, 'AggtBal', 'Qty', 'Qty', 'Qty') ?? child(balance, 'AggtBal', 'Qty', 'Qty');
  const text = textAt(quantity, 'Unit') ?? textAt(quantity, 'FaceAmt') ?? textAt(quantity, 'AmtsdVal');
  const value = amount(text, where);
  return value && textAt(balance, 'AggtBal', 'ShrtLngInd') === 'SHOR' ? negate(value) : value;
}

function position(balance: XmlElement, file: string): Position {
  const instrument = child(balance, 'FinInstrmId');
  const description = textAt(instrument, 'Desc') ?? null;
  const where = `${file} BalForSubAcct ${description ?? ''}`;
  const kind = otherId(instrument, 'TABELA NIVEL 1')?.toUpperCase() ?? 'OTHR';
  const details: Record<string, string> = {};
  for (const id of instrument?.children ?? []) {
    const type = textAt(id, 'Tp', 'Prtry') ?? textAt(id, 'Tp', 'Cd');
    const value = textAt(id, 'Id');
    if (id.name === 'OthrId' && type !== undefined && value !== undefined) details[type] = value;
  }
  return {
    kind,
    assetClass: classes[kind] ?? 'outros',
    code: otherId(instrument, 'BVMF') ?? otherId(instrument, 'CNPJ') ?? null,
    isin: realIsin(textAt(instrument, 'ISIN')),
    description,
    issuer: null,
    maturity: parseDay(textAt(balance, 'FinInstrmAttrbts', 'MtrtyDt')),
    quantity: quantityOf(balance, where),
    price: amount(textAt(balance, 'PricDtls', 'Val', 'Amt'), where),
    value: holdingValue(balance, where) ?? zero,
    details,
  };
}

function portfolio(report: XmlElement, file: string): PositionPortfolio {
  const fund = child(report, 'BalForAcct');
  const instrument = child(fund, 'FinInstrmId');
  if (!fund || !instrument) throw new PipelineFailure(`${file} has no <BalForAcct> that names the fund`);
  const rawCnpj = otherId(instrument, 'CNPJ') ?? '';
  const cnpj = parseCnpj(rawCnpj);
  if (cnpj === undefined) throw new PipelineFailure(`${file}: <BalForAcct>: "${rawCnpj}" is not a CNPJ`);
  const moment = child(report, 'StmtGnlDtls', 'StmtDtTm');
  const day = parseDay(textAt(moment, 'Dt') ?? textAt(moment, 'DtTm'));
  if (day === null) throw new PipelineFailure(`${file}: <StmtDtTm> is not a day`);
  const where = `${file} BalForAcct`;
  const subAccounts = report.children.filter((part) => part.name === 'SubAcctDtls');
  return {
    version: '5.0',
    cnpj,
    day,
    name: textAt(instrument, 'Desc') ?? null,
    isin: realIsin(textAt(instrument, 'ISIN')),
    administrator: textAt(report, 'AcctOwnr', 'PrtryId', 'Id') ?? null,
    manager: null,
    custodian: textAt(report, 'AcctSvcr', 'PrtryId', 'Id') ?? null,
    quota: amount(textAt(fund, 'PricDtls', 'Val', 'Amt'), where),
    quantity: quantityOf(fund, where),
    netWorth: holdingValue(fund, where),
    positions: subAccounts.flatMap((account) =>
      account.children.filter((part) => part.name === 'BalForSubAcct').map((part) => position(part, file)),
    ),
    details: {},
  };
}

/** ANBIMA 5.0, ISO 20022 semt.003: one statement for each fund. */
export function parseLayout50(root: XmlElement, file: string): PositionPortfolio[] {
  const reports = [...descendants(root, 'SctiesBalAcctgRpt')];
  if (reports.length === 0) throw new PipelineFailure(`${file} has no <SctiesBalAcctgRpt>`);
  return reports.map((report) => portfolio(report, file));
}
