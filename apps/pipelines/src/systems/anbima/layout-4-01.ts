import { add, multiply, negate, zero, type Decimal } from '../../lib/decimal.ts';
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
import { child, textAt, type XmlElement } from './xml-tree.ts';

interface Kind {
  readonly assetClass: AssetClass;
  readonly value: (read: (name: string) => Decimal, side: Side) => Decimal;
}

/** `classeoperacao`: bought or lent out adds, sold takes away, borrowed is not owned. */
type Side = 1 | -1 | 0;

const signed = (value: Decimal, side: Side) => (side === 1 ? value : side === -1 ? negate(value) : zero);

const held = (read: (name: string) => Decimal, side: Side) =>
  signed(add(read('valorfindisp'), read('valorfinemgar')), side);
const heldLessTax = (read: (name: string) => Decimal, side: Side) =>
  add(held(read, side), negate(read('tributos')));
const financial = (read: (name: string) => Decimal, side: Side) => signed(read('valorfinanceiro'), side);

/**
 * Elements of `fundo` and what each adds to the net worth, so that with cash, provisions and the shares to be issued
 * and redeemed they make up `patliq`. A future adds its daily settlement, not its notional amount.
 */
const kinds: Readonly<Record<string, Kind>> = {
  titpublico: { assetClass: 'renda_fixa', value: heldLessTax },
  titprivado: { assetClass: 'renda_fixa', value: held },
  debenture: { assetClass: 'renda_fixa', value: held },
  acoes: { assetClass: 'renda_variavel', value: held },
  opcoesacoes: { assetClass: 'renda_variavel', value: financial },
  opcoesderiv: { assetClass: 'outros', value: financial },
  futuros: { assetClass: 'outros', value: (read) => read('vlajuste') },
  swap: {
    assetClass: 'outros',
    value: (read) => add(read('vlmercadoativo'), negate(read('vlmercadopassivo'))),
  },
  termorv: { assetClass: 'renda_variavel', value: financial },
  termorf: { assetClass: 'renda_fixa', value: financial },
  cotas: {
    assetClass: 'outros',
    value: (read) =>
      add(
        multiply(read('puposicao'), add(read('qtdisponivel'), read('qtgarantia'))),
        negate(read('tributos')),
      ),
  },
  imoveis: { assetClass: 'outros', value: (read) => read('valorcontabil') },
  participacoes: { assetClass: 'outros', value: (read) => read('valorfinanceiro') },
  caixa: { assetClass: 'caixa', value: (read) => read('saldo') },
};

/** Not positions: their amounts are in the provisions already. */
const informative = new Set(['header', 'despesas', 'outrasdespesas', 'partplanprev', 'corretagem']);

function sideOf(element: XmlElement): Side {
  const letter = textAt(element, 'classeoperacao')?.toUpperCase() ?? 'C';
  return letter === 'V' ? -1 : letter === 'T' ? 0 : 1;
}

function fieldsOf(element: XmlElement): Record<string, string> {
  const entries = element.children
    .filter((field) => field.children.length === 0 && field.text.trim() !== '')
    .map((field) => [field.name, field.text.trim()] as const);
  return Object.fromEntries(entries);
}

function quantityOf(element: XmlElement, where: string, side: Side): Decimal | null {
  const available = amount(textAt(element, 'qtdisponivel') ?? textAt(element, 'quantidade'), where);
  const pledged = amount(textAt(element, 'qtgarantia'), where);
  if (!available && !pledged) return null;
  const total = add(available ?? zero, pledged ?? zero);
  return side === -1 ? negate(total) : total;
}

function provision(element: XmlElement, where: string): Position {
  const value = amount(textAt(element, 'valor'), where) ?? zero;
  const credit = textAt(element, 'credeb')?.toUpperCase() !== 'D';
  return adjustment(
    'provisao',
    credit ? value : negate(value),
    textAt(element, 'codprov') ?? null,
    fieldsOf(element),
  );
}

function adjustment(
  kind: string,
  value: Decimal,
  code: string | null,
  details: Readonly<Record<string, string>>,
): Position {
  const empty = { isin: null, description: null, issuer: null, maturity: null, quantity: null, price: null };
  return { kind, assetClass: 'cpr', code, ...empty, value, details };
}

function position(element: XmlElement, file: string): Position {
  const where = `${file} <${element.name}>`;
  if (element.name === 'provisao') return provision(element, where);
  const kind = kinds[element.name];
  if (!kind)
    throw new PipelineFailure(`${where}: an element of this name is not known, and its value not counted`);
  const side = sideOf(element);
  const read = (name: string) => amount(textAt(element, name), `${where}/<${name}>`) ?? zero;
  return {
    kind: element.name,
    assetClass: kind.assetClass,
    code: textAt(element, 'codativo') ?? textAt(element, 'cnpjfundo') ?? textAt(element, 'ativo') ?? null,
    isin: realIsin(textAt(element, 'isin')) ?? realIsin(textAt(element, 'isininstituicao')),
    description: textAt(element, 'serie') ?? null,
    issuer: textAt(element, 'cnpjemissor') ?? null,
    maturity: parseDay(textAt(element, 'dtvencimento')),
    quantity: quantityOf(element, where, side),
    price: amount(textAt(element, 'puposicao'), where),
    value: kind.value(read, side),
    details: fieldsOf(element),
  };
}

function portfolio(element: XmlElement, file: string): PositionPortfolio {
  const header = child(element, 'header');
  if (!header) throw new PipelineFailure(`${file}: <${element.name}> has no <header>`);
  const rawCnpj = textAt(header, 'cnpj') ?? textAt(header, 'cnpjcpf') ?? '';
  const cnpj = parseCnpj(rawCnpj);
  if (cnpj === undefined) throw new PipelineFailure(`${file}: <header>: "${rawCnpj}" is not a CNPJ`);
  const day = parseDay(textAt(header, 'dtposicao'));
  if (day === null) throw new PipelineFailure(`${file}: <header>: <dtposicao> is not a day`);
  const where = `${file} <header>`;
  const shares = ['vlcotasemitir', 'vlcotasresgatar'].flatMap((name) => {
    const value = amount(textAt(header, name), where);
    return value && value.units !== 0n ? [adjustment(name, negate(value), null, {})] : [];
  });
  return {
    version: '4.01',
    cnpj,
    day,
    name: textAt(header, 'nome') ?? null,
    isin: realIsin(textAt(header, 'isin')),
    administrator: textAt(header, 'nomeadm') ?? null,
    manager: textAt(header, 'nomegestor') ?? null,
    custodian: textAt(header, 'nomecustodiante') ?? null,
    quota: amount(textAt(header, 'valorcota'), where),
    quantity: amount(textAt(header, 'quantidade'), where),
    netWorth: amount(textAt(header, 'patliq'), where),
    positions: [
      ...element.children.filter((part) => !informative.has(part.name)).map((part) => position(part, file)),
      ...shares,
    ],
    details: fieldsOf(header),
  };
}

/** ANBIMA 4.01: one or more funds or managed portfolios. */
export function parseLayout401(root: XmlElement, file: string): PositionPortfolio[] {
  const parts = root.children.filter((part) => part.name === 'fundo' || part.name === 'carteira');
  if (parts.length === 0) throw new PipelineFailure(`${file} has no <fundo> and no <carteira>`);
  return parts.map((part) => portfolio(part, file));
}
