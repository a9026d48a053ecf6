import type { IsoDay } from '@dumont/contracts/calendar';
import { cnpjOf, fundName, maskCnpj } from './random.ts';
import { writeText } from './write-zip.ts';

export interface AnbimaOptions {
  readonly name: string;
  readonly fund: number;
  readonly day: IsoDay;
}

const element = (name: string, fields: Readonly<Record<string, string>>) =>
  `<${name}>${Object.entries(fields)
    .map(([key, value]) => `<${key}>${value}</${key}>`)
    .join('')}</${name}>`;

const paper = {
  dtemissao: '20210702',
  dtoperacao: '20250102',
  dtvencimento: '20270901',
  qtgarantia: '0',
  tributos: '0',
};

/** A fund of 4.01 whose parts make up `patliq`: 1,020,000.00 of net worth. */
function layout401({ fund, day }: AnbimaOptions): string {
  const header = element('header', {
    isin: 'BRXYZ1CTF001',
    cnpj: cnpjOf(fund),
    nome: fundName(fund),
    dtposicao: day.replaceAll('-', ''),
    nomeadm: 'ADMINISTRADORA AÇÃO DTVM',
    cnpjadm: '59281253000123',
    nomegestor: 'GESTÃO UM',
    nomecustodiante: 'CUSTÓDIA S.A.',
    valorcota: '10.20000000',
    quantidade: '100000.00000000',
    patliq: '1020000.00',
    vlcotasemitir: '5000.00',
    vlcotasresgatar: '3000.00',
    tipofundo: '1',
    nivelrsc: 'BB',
  });
  const parts = [
    element('titpublico', {
      isin: 'BRSTNCLF1RH3',
      codativo: '210100',
      ...paper,
      qtdisponivel: '40',
      puposicao: '12000',
      valorfindisp: '480000.00',
      valorfinemgar: '20000.00',
      classeoperacao: 'C',
    }),
    element('debenture', {
      isin: 'BRVALEDBS0A1',
      coddeb: 'VALE29',
      ...paper,
      qtdisponivel: '100',
      puposicao: '1000',
      valorfindisp: '100000.00',
      valorfinemgar: '0.00',
      classeoperacao: 'C',
    }),
    element('acoes', {
      isin: 'BRPETRACNPR6',
      codativo: 'PETR4',
      qtdisponivel: '5000',
      qtgarantia: '0',
      puposicao: '40',
      valorfindisp: '200000.00',
      valorfinemgar: '0.00',
      tributos: '0',
      classeoperacao: 'C',
    }),
    element('acoes', {
      isin: 'BRVALEACNOR0',
      codativo: 'VALE3',
      qtdisponivel: '1000',
      qtgarantia: '0',
      puposicao: '60',
      valorfindisp: '60000.00',
      valorfinemgar: '0.00',
      tributos: '0',
      classeoperacao: 'V',
    }),
    element('futuros', {
      isin: 'BRBMEFD1I6J9',
      ativo: 'DI1',
      serie: 'F27',
      quantidade: '50',
      vltotalpos: '4500000.00',
      tributos: '0',
      dtvencimento: '20270104',
      vlajuste: '-1000.00',
      classeoperacao: 'V',
    }),
    element('cotas', {
      isin: 'BR0000000000',
      cnpjfundo: cnpjOf(900_000),
      qtdisponivel: '1000.5',
      qtgarantia: '0',
      puposicao: '200',
      tributos: '0',
      nivelrsc: '',
    }),
    element('caixa', { isininstituicao: 'BR0000000000', tpconta: 'C', saldo: '90000.00', nivelrsc: 'BB' }),
    element('provisao', { codprov: '13', credeb: 'D', dt: day.replaceAll('-', ''), valor: '12100.00' }),
    element('provisao', { codprov: '2', credeb: 'C', dt: day.replaceAll('-', ''), valor: '11000.00' }),
    element('despesas', { txadm: '1000.00', tributos: '0' }),
  ];
  return `<?xml version="1.0" encoding="ISO-8859-1"?>\n<arquivoposicao_4_01><fundo>${header}${parts.join('')}</fundo></arquivoposicao_4_01>`;
}

function otherId(id: string, tag: 'Cd' | 'Prtry', type: string): string {
  return `<OthrId><Id>${id}</Id><Tp><${tag}>${type}</${tag}></Tp></OthrId>`;
}

function balance(kind: string, description: string, ids: string, amount: string, short = false): string {
  return `<BalForSubAcct><FinInstrmId><ISIN>BR0000000000</ISIN>${ids}${otherId(kind, 'Prtry', 'TABELA NIVEL 1')}<Desc>${description}</Desc></FinInstrmId><FinInstrmAttrbts><MtrtyDt>2028-03-01</MtrtyDt></FinInstrmAttrbts><AggtBal><ShrtLngInd>${short ? 'SHOR' : 'LONG'}</ShrtLngInd><Qty><Qty><Qty><Unit>100</Unit></Qty></Qty></Qty></AggtBal><PricDtls><Tp><Cd>MRKT</Cd></Tp><Val><Amt Ccy="BRL">10.5</Amt></Val></PricDtls><AcctBaseCcyAmts><HldgVal><Amt Ccy="BRL">${amount}</Amt><Sgn>${String(!short)}</Sgn></HldgVal></AcctBaseCcyAmts></BalForSubAcct>`;
}

/** A fund of 5.0 with 500,000.00 of net worth. */
function layout50({ fund, day }: AnbimaOptions): string {
  const positions = [
    balance('GOVE', 'LFT REF', '', '400000.00'),
    balance('EQUI', 'PETR4', otherId('PETR4', 'Cd', 'BVMF'), '150000.00'),
    balance('EQUI', 'VALE3', otherId('VALE3', 'Cd', 'BVMF'), '60000.00', true),
    balance('SHAR', 'RECEBÍVEIS FIDC', otherId(cnpjOf(900_001), 'Cd', 'CNPJ'), '10000.00'),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>
<PosicaoAtivosCarteira xmlns="http://www.anbima.com.br/SchemaPosicaoAtivos"><BsnsMsg>
<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.01"><CreDt>${day}T12:00:00Z</CreDt></AppHdr>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:semt.003.001.04"><SctiesBalAcctgRpt>
<StmtGnlDtls><StmtDtTm><Dt>${day}</Dt></StmtDtTm></StmtGnlDtls>
<BalForAcct><FinInstrmId><ISIN>BRABC1CTF001</ISIN>${otherId(maskCnpj(cnpjOf(fund)), 'Cd', 'CNPJ')}<Desc>${fundName(fund)}</Desc></FinInstrmId><AggtBal><Qty><Qty><Qty><Unit>50000</Unit></Qty></Qty></Qty></AggtBal><PricDtls><Tp><Cd>NAVL</Cd></Tp><Val><Amt Ccy="BRL">10</Amt></Val></PricDtls><AcctBaseCcyAmts><HldgVal><Amt Ccy="BRL">500000.00</Amt><Sgn>true</Sgn></HldgVal></AcctBaseCcyAmts></BalForAcct>
<SubAcctDtls>${positions.join('')}</SubAcctDtls></SctiesBalAcctgRpt></Document></BsnsMsg></PosicaoAtivosCarteira>`;
}

/** `anbima/<name>.xml` below `folder`, in ISO-8859-1. */
export function writeAnbima401(folder: string, options: AnbimaOptions): Promise<string> {
  return writeText(folder, `anbima/${options.name}.xml`, layout401(options), 'latin1');
}

/** `anbima/<name>.xml` below `folder`, in UTF-8. */
export function writeAnbima50(folder: string, options: AnbimaOptions): Promise<string> {
  return writeText(folder, `anbima/${options.name}.xml`, layout50(options), 'utf8');
}
