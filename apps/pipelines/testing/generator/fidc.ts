import { lastDayOf, type MonthKey } from '@dumont/contracts/calendar';
import { fidcKeyHeader, fidcTables } from './fidc-headers.ts';
import { cnpjOf, createRandom, maskCnpj } from './random.ts';
import { writeZip } from './write-zip.ts';

export interface FidcOptions {
  readonly month: MonthKey;
  readonly funds: number;
  readonly seed?: number;
  /** This many funds state a net worth that is 10.00 too high. */
  readonly inconsistent?: number;
}

/** FIDC are other funds than those of the daily report. */
export const firstFidcFund = 900_000;

const series = ['Sênior 1', 'Subordinada Mezanino 1', 'Subordinada 1'];
const seriesColumn = 'TAB_X_CLASSE_SERIE';

const cents = (value: number) => (value / 100).toFixed(2);

/** The fields that the accounts need to add up; all others are 0.00. */
function figuresOf(index: number, options: FidcOptions): Record<string, string> {
  const random = createRandom((options.seed ?? 1) * 7919 + index + Number(options.month));
  const amount = () => random.integer(100_000, 500_000_000);
  const [cash, risky, riskless, bonds, repo, fidc, receivable, liabilities] = [
    amount(),
    amount(),
    amount(),
    amount(),
    amount(),
    amount(),
    amount(),
    random.integer(0, 90_000),
  ];
  const portfolio = risky + riskless + bonds + repo + fidc;
  const assets = cash + portfolio + receivable;
  const wrong = index < (options.inconsistent ?? 0) ? 1000 : 0;
  return {
    CLASSE_UNICA: 'S',
    CNPJ_ADMIN: '59.281.253/0001-23',
    ADMIN: 'ADMINISTRADORA AÇÃO DTVM S.A.',
    CONDOM: 'FECHADO',
    TAB_I_VL_ATIVO: cents(assets),
    TAB_I1_VL_DISP: cents(cash),
    TAB_I2_VL_CARTEIRA: cents(portfolio),
    TAB_I2A_VL_DIRCRED_RISCO: cents(risky),
    TAB_I2B_VL_DIRCRED_SEM_RISCO: cents(riskless),
    TAB_I2D_VL_TITPUB_FED: cents(bonds),
    TAB_I2F_VL_OPER_COMPROM: cents(repo),
    TAB_I2H_VL_COTA_FIDC: cents(fidc),
    TAB_I4_VL_OUTRO_ATIVO: cents(receivable),
    TAB_I2A12_CPF_CNPJ_CEDENTE_1: '61064911000177',
    TAB_I2A12_PR_CEDENTE_1: '72.41',
    TAB_III_VL_PASSIVO: cents(liabilities),
    TAB_IV_A_VL_PL: cents(assets - liabilities + wrong),
    TAB_IV_B_VL_PL_MEDIO: cents(assets - liabilities),
    TAB_X_NR_COTST: String(random.integer(1, 400)),
    TAB_X_QT_COTA: '1000.000000',
    TAB_X_VL_COTA: '1234.567800',
    TAB_X_TP_OPER: 'Captações no Mês',
  };
}

function* tableLines(tab: string, columns: readonly string[], options: FidcOptions): Generator<string> {
  yield [...fidcKeyHeader, ...columns].join(';');
  for (let index = 0; index < options.funds; index += 1) {
    const cnpj = maskCnpj(cnpjOf(firstFidcFund + index));
    const key = ['CLASSES - FIDC', cnpj, `RECEBÍVEIS ${index} FIDC`, lastDayOf(options.month)];
    const figures = figuresOf(index, options);
    for (const name of columns.includes(seriesColumn) ? series : [''])
      yield [
        ...key,
        ...columns.map((column) => {
          if (column === seriesColumn) return name;
          if (column === 'ID_SUBCLASSE') return '';
          return figures[column] ?? (column.includes('CEDENTE') || !column.startsWith('TAB_') ? '' : '0.00');
        }),
      ].join(';');
  }
}

/** `dados/FIDC/DOC/INF_MENSAL/DADOS/inf_mensal_fidc_YYYYMM.zip` below `folder`. */
export function writeFidc(folder: string, options: FidcOptions): Promise<string> {
  const stem = 'inf_mensal_fidc';
  const members = Object.entries(fidcTables).map(([tab, columns]) => ({
    name: `${stem}_tab_${tab}_${options.month}.csv`,
    lines: tableLines(tab, columns, options),
  }));
  return writeZip(folder, `dados/FIDC/DOC/INF_MENSAL/DADOS/${stem}_${options.month}.zip`, members);
}
