import { lastDayOf, type MonthKey } from '@dumont/contracts/calendar';
import { cnpjOf, createRandom, fundName, maskCnpj } from './random.ts';
import { writeZip, type CsvMember } from './write-zip.ts';

const fundHeader = ['TP_FUNDO_CLASSE', 'CNPJ_FUNDO_CLASSE', 'DENOM_SOCIAL', 'DT_COMPTC'];
const positionHeader = [
  'TP_APLIC',
  'TP_ATIVO',
  'EMISSOR_LIGADO',
  'TP_NEGOC',
  'QT_VENDA_NEGOC',
  'VL_VENDA_NEGOC',
  'QT_AQUIS_NEGOC',
  'VL_AQUIS_NEGOC',
  'QT_POS_FINAL',
  'VL_MERC_POS_FINAL',
  'VL_CUSTO_POS_FINAL',
  'DT_CONFID_APLIC',
];
const postFixed = [
  'TITULO_POSFX',
  'CD_INDEXADOR_POSFX',
  'DS_INDEXADOR_POSFX',
  'PR_INDEXADOR_POSFX',
  'PR_CUPOM_POSFX',
];
const risk = ['PR_TAXA_PREFX', 'RISCO_EMISSOR', 'AG_RISCO', 'DT_RISCO', 'GRAU_RISCO'];

/** What each block has beyond the common columns, in the order of the files since RCVM 175. */
export const blockColumns = {
  BLC_1: ['TP_TITPUB', 'CD_ISIN', 'CD_SELIC', 'DT_EMISSAO', 'DT_VENC'],
  BLC_2: ['CNPJ_FUNDO_CLASSE_COTA', 'NM_FUNDO_CLASSE_SUBCLASSE_COTA', 'ID_SUBCLASSE'],
  BLC_3: ['CD_SWAP', 'DS_SWAP'],
  BLC_4: ['CD_ATIVO', 'DS_ATIVO', 'CD_ISIN', 'DT_INI_VIGENCIA', 'DT_FIM_VIGENCIA'],
  BLC_5: ['DT_VENC', 'CNPJ_EMISSOR', 'EMISSOR', ...postFixed, ...risk],
  BLC_6: [
    'DT_VENC',
    'PF_PJ_EMISSOR',
    'CPF_CNPJ_EMISSOR',
    'EMISSOR',
    ...postFixed,
    ...risk,
    'TITULO_CETIP',
    'TITULO_GARANTIA',
    'CNPJ_INSTITUICAO_FINANC_COOBR',
  ],
  BLC_7: [
    'CD_PAIS',
    'PAIS',
    'CD_BV_MERC',
    'BV_MERC',
    'CD_ATIVO_BV_MERC',
    'DS_ATIVO_EXTERIOR',
    'EMISSOR',
    'DT_VENC',
    'INVEST_COLETIVO',
    'INVEST_COLETIVO_GESTOR',
    'QT_ATIVO_EXTERIOR',
    'VL_ATIVO_EXTERIOR',
  ],
  BLC_8: ['DS_ATIVO', 'PF_PJ_EMISSOR', 'CPF_CNPJ_EMISSOR', 'EMISSOR'],
} as const;

export type BlockName = keyof typeof blockColumns;

/** One position: what it is, its amount as filed (obligations are positive), and the block's own fields. */
export interface CdaPosition {
  readonly block: BlockName;
  readonly aplic: string;
  readonly ativo: string;
  readonly negoc?: string;
  readonly quantity?: string;
  readonly value: string;
  readonly fields?: Readonly<Record<string, string>>;
}

export interface CdaFund {
  readonly cnpj: string;
  readonly name: string;
  readonly netWorth: string;
  readonly positions: readonly CdaPosition[];
  /** By kind only: `cda_fi_CONFID`. */
  readonly confidential?: readonly { readonly aplic: string; readonly value: string }[];
}

export interface CdaOptions {
  readonly month: MonthKey;
  readonly funds: readonly CdaFund[];
  /** Special funds of pension plans: `cda_fie`, all kinds of positions in one member, the net worth in each row. */
  readonly special?: readonly CdaFund[];
  readonly withoutBlocks?: readonly string[];
}

const cents = (value: number) => (value / 100).toFixed(2);

/** A fund with something in every block, whose positions add up to its net worth. */
export function sampleCdaFund(index: number, seed = 1): CdaFund {
  const random = createRandom(seed * 1000 + index);
  const amount = () => random.integer(1_000_000, 900_000_000);
  const [
    bonds,
    repo,
    fidc,
    fund,
    swap,
    shares,
    lent,
    debenture,
    cdb,
    cra,
    abroad,
    cash,
    payable,
    receivable,
  ] = Array.from({ length: 14 }, amount) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const position = (
    block: BlockName,
    aplic: string,
    ativo: string,
    value: number,
    fields: Readonly<Record<string, string>>,
    negoc = 'Para negociação',
  ): CdaPosition => ({
    block,
    aplic,
    ativo,
    negoc,
    quantity: `${random.integer(1, 90_000)}.000000`,
    value: cents(value),
    fields,
  });
  const share = { CD_ATIVO: 'PETR4', DS_ATIVO: 'PETROBRAS PN', CD_ISIN: 'BRPETRACNPR6' };
  return {
    cnpj: cnpjOf(index),
    name: fundName(index),
    netWorth: cents(
      bonds +
        repo +
        fidc +
        fund +
        swap +
        shares +
        lent +
        debenture +
        cdb +
        cra +
        abroad +
        cash -
        payable +
        receivable,
    ),
    positions: [
      position('BLC_1', 'Títulos Públicos', 'Título público federal', bonds, {
        TP_TITPUB: 'LETRAS FINANCEIRAS DO TESOURO',
        CD_ISIN: 'BRSTNCLF1RH3',
        CD_SELIC: '210100',
        DT_EMISSAO: '2021-07-02',
        DT_VENC: '2027-09-01',
      }),
      position('BLC_1', 'Operações Compromissadas', 'Título público federal', repo, {
        TP_TITPUB: 'NOTAS DO TESOURO NACIONAL SERIE B',
        CD_SELIC: '760199',
        DT_VENC: '2030-08-15',
      }),
      position('BLC_2', 'Cotas de Fundos', 'FIDC', fidc, {
        CNPJ_FUNDO_CLASSE_COTA: maskCnpj(cnpjOf(900_000)),
        NM_FUNDO_CLASSE_SUBCLASSE_COTA: 'RECEBÍVEIS FIDC',
      }),
      position('BLC_2', 'Cotas de Fundos', 'Fundos de Investimento e de Cotas', fund, {
        CNPJ_FUNDO_CLASSE_COTA: maskCnpj(cnpjOf(900_001)),
        NM_FUNDO_CLASSE_SUBCLASSE_COTA: 'CAIXA SOBERANO FIF',
      }),
      position('BLC_3', 'DIFERENCIAL DE SWAP A RECEBER', 'SWAP', swap, {
        CD_SWAP: 'SDE',
        DS_SWAP: 'DI X EURO',
      }),
      position('BLC_4', 'Ações', 'Ação preferencial', shares, share),
      position('BLC_4', 'Ações e outros TVM cedidos em empréstimo', 'Ação preferencial', lent, share),
      position('BLC_4', 'Mercado Futuro - Posições compradas', 'Contrato Futuro', 5_000_000_000, {
        CD_ATIVO: 'DOLZ25',
        DS_ATIVO: 'DÓLAR FUTURO',
      }),
      position('BLC_4', 'Debêntures', 'Debênture simples', debenture, {
        CD_ATIVO: 'VALE29',
        DS_ATIVO: 'DEBÊNTURE VALE',
        DT_FIM_VIGENCIA: '2029-05-15',
      }),
      position('BLC_5', 'Depósitos a prazo e outros títulos de IF', 'CDB/ RDB', cdb, {
        DT_VENC: '2026-12-01',
        CNPJ_EMISSOR: '00.000.000/0001-91',
        EMISSOR: 'BCO DO BRASIL S.A.',
        TITULO_POSFX: 'S',
        DS_INDEXADOR_POSFX: 'DI de um dia',
        PR_INDEXADOR_POSFX: '102.5',
      }),
      position('BLC_6', 'Títulos ligados ao agronegócio', 'CRA', cra, {
        DT_VENC: '2028-03-15',
        CPF_CNPJ_EMISSOR: '10.753.164/0001-43',
        EMISSOR: 'SECURITIZADORA AÇUCAREIRA',
      }),
      position('BLC_7', 'Investimento no Exterior', 'Ação', abroad, {
        CD_PAIS: 'US',
        PAIS: 'ESTADOS UNIDOS',
        CD_ATIVO_BV_MERC: 'AAPL',
        DS_ATIVO_EXTERIOR: 'APPLE INC',
      }),
      position('BLC_8', 'Disponibilidades', 'Disponibilidades', cash, {}),
      position('BLC_8', 'Valores a pagar', 'Valores a pagar', payable, {}),
      position('BLC_8', 'Valores a receber', 'Valores a receber', receivable, {}),
    ],
  };
}

function* blockLines(options: CdaOptions, block: BlockName): Generator<string> {
  const own = blockColumns[block];
  yield [...fundHeader, ...positionHeader, ...own].join(';');
  for (const fund of options.funds)
    for (const entry of fund.positions.filter((candidate) => candidate.block === block))
      yield [
        'CLASSES - FIF',
        maskCnpj(fund.cnpj),
        fund.name,
        lastDayOf(options.month),
        entry.aplic,
        entry.ativo,
        'N',
        entry.negoc ?? '',
        '0.000000',
        '0.00',
        '0.000000',
        '0.00',
        entry.quantity ?? '',
        entry.value,
        entry.value,
        '',
        ...own.map((column) => entry.fields?.[column] ?? ''),
      ].join(';');
}

function* netWorthLines(options: CdaOptions): Generator<string> {
  yield [...fundHeader, 'VL_PATRIM_LIQ'].join(';');
  for (const fund of options.funds)
    yield ['CLASSES - FIF', maskCnpj(fund.cnpj), fund.name, lastDayOf(options.month), fund.netWorth].join(
      ';',
    );
}

function* confidentialLines(options: CdaOptions): Generator<string> {
  yield [
    ...fundHeader,
    'TP_APLIC',
    'VL_VENDA_NEGOC',
    'VL_AQUIS_NEGOC',
    'VL_MERC_POS_FINAL',
    'VL_CUSTO_POS_FINAL',
    'DT_CONFID_APLIC',
  ].join(';');
  for (const fund of options.funds)
    for (const { aplic, value } of fund.confidential ?? [])
      yield [
        'CLASSES - FIF',
        maskCnpj(fund.cnpj),
        fund.name,
        lastDayOf(options.month),
        aplic,
        '0.00',
        '0.00',
        value,
        value,
        '2099-01-01',
      ].join(';');
}

const specialColumns =
  'CD_ATIVO DS_ATIVO DT_VENC PF_PJ_EMISSOR CPF_CNPJ_EMISSOR EMISSOR RISCO_EMISSOR CD_SELIC DT_INI_VIGENCIA CD_PAIS PAIS CD_BV_MERC BV_MERC'.split(
    ' ',
  );

function* specialLines(options: CdaOptions): Generator<string> {
  yield [...fundHeader, 'VL_PATRIM_LIQ', ...positionHeader, ...specialColumns].join(';');
  for (const fund of options.special ?? [])
    for (const entry of fund.positions)
      yield [
        'FIE',
        maskCnpj(fund.cnpj),
        fund.name,
        lastDayOf(options.month),
        fund.netWorth,
        entry.aplic,
        entry.ativo,
        'N',
        '',
        ...Array.from({ length: 4 }, () => '0.00'),
        entry.quantity ?? '',
        entry.value,
        entry.value,
        '',
        ...specialColumns.map((column) => entry.fields?.[column] ?? ''),
      ].join(';');
}

/** `dados/FI/DOC/CDA/DADOS/cda_fi_YYYYMM.zip` below `folder`. */
export function writeCda(folder: string, options: CdaOptions): Promise<string> {
  const { month } = options;
  const blocks = Object.keys(blockColumns) as BlockName[];
  const members: CsvMember[] = [
    ...blocks.map((block) => ({ name: `cda_fi_${block}_${month}.csv`, lines: blockLines(options, block) })),
    { name: `cda_fi_CONFID_${month}.csv`, lines: confidentialLines(options) },
    { name: `cda_fi_PL_${month}.csv`, lines: netWorthLines(options) },
    ...(options.special ? [{ name: `cda_fie_${month}.csv`, lines: specialLines(options) }] : []),
  ];
  const kept = members.filter(
    (member) => !options.withoutBlocks?.some((block) => member.name.includes(`_${block}_`)),
  );
  return writeZip(folder, `dados/FI/DOC/CDA/DADOS/cda_fi_${month}.zip`, kept);
}
