import { columnNames, type RowSpec } from '../lib/delimited.ts';
import { addRowCounts, readRows, type LoadResult } from '../lib/load.ts';
import { PipelineFailure } from '../lib/failure.ts';
import type { SourceFile } from '../lib/source.ts';
import type { LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';
import { zipMembers } from '../lib/zip.ts';
import { loadMonths, type MonthlyFiles } from './cvm-files.ts';
import { refreshPositions } from './fund-table.ts';

const files: MonthlyFiles = {
  folder: 'FIDC/DOC/INF_MENSAL/DADOS',
  stem: 'inf_mensal_fidc',
  publication: { after: 'month_end', days: 15 },
};

const rowSpec: RowSpec = {
  lineColumn: 'line',
  columns: [
    { name: 'cnpj', from: ['CNPJ_FUNDO_CLASSE', 'CNPJ_FUNDO'], kind: 'cnpj', required: true },
    { name: 'dt', from: ['DT_COMPTC'], kind: 'date', required: true },
    { name: 'denom_social', from: ['DENOM_SOCIAL'], kind: 'text' },
  ],
  rest: 'fields',
};

/** `inf_mensal_fidc_tab_X_1_1_202510.csv` to `X_1_1`. */
function tabOf(memberName: string): string | undefined {
  return /inf_mensal_fidc_tab_([IVX]+(?:_\d+)*?)_\d{4,6}\.csv$/i.exec(memberName)?.[1]?.toUpperCase();
}

/** Column of funds.fidc, and the fields of one table whose sum it is. */
const figures: readonly (readonly [column: string, tab: string, fields: readonly string[]])[] = [
  ['vl_ativo', 'I', ['TAB_I_VL_ATIVO']],
  ['vl_disp', 'I', ['TAB_I1_VL_DISP']],
  ['vl_carteira', 'I', ['TAB_I2_VL_CARTEIRA']],
  ['vl_dircred_risco', 'I', ['TAB_I2A_VL_DIRCRED_RISCO']],
  ['vl_dircred_sem_risco', 'I', ['TAB_I2B_VL_DIRCRED_SEM_RISCO']],
  ['vl_reducao_recup', 'I', ['TAB_I2A11_VL_REDUCAO_RECUP', 'TAB_I2B11_VL_REDUCAO_RECUP']],
  ['vl_vlmob', 'I', ['TAB_I2C_VL_VLMOB']],
  [
    'vl_debenture_cri_np_lf',
    'I',
    ['TAB_I2C1_VL_DEBENTURE', 'TAB_I2C2_VL_CRI', 'TAB_I2C3_VL_NP_COMERC', 'TAB_I2C4_VL_LETRA_FINANC'],
  ],
  ['vl_cota_fif', 'I', ['TAB_I2C5_VL_COTA_FUNDO_ICVM555', 'TAB_I2C5_VL_COTA_FIF']],
  ['vl_titpub_fed', 'I', ['TAB_I2D_VL_TITPUB_FED']],
  ['vl_cdb', 'I', ['TAB_I2E_VL_CDB']],
  ['vl_oper_comprom', 'I', ['TAB_I2F_VL_OPER_COMPROM']],
  ['vl_outro_rf', 'I', ['TAB_I2G_VL_OUTRO_RF']],
  ['vl_cota_fidc', 'I', ['TAB_I2H_VL_COTA_FIDC', 'TAB_I2I_VL_COTA_FIDC_NP']],
  ['vl_posicao_deriv', 'I', ['TAB_I3_VL_POSICAO_DERIV']],
  ['vl_outro_ativo', 'I', ['TAB_I4_VL_OUTRO_ATIVO']],
  ['vl_passivo', 'III', ['TAB_III_VL_PASSIVO']],
  ['vl_pl', 'IV', ['TAB_IV_A_VL_PL']],
  ['vl_pl_medio', 'IV', ['TAB_IV_B_VL_PL_MEDIO']],
];

const texts = { admin: 'ADMIN', cnpj_admin: 'CNPJ_ADMIN', condom: 'CONDOM' } as const;

/** A figure that is not filed, or that is not a number, is null: zero would be an assertion. */
function sumOf(tab: string, fields: readonly string[]): string {
  const alias = `tab_${tab.toLowerCase()}`;
  const terms = fields.map(
    (field) =>
      `CASE WHEN pg_input_is_valid(${alias}.fields ->> '${field}', 'numeric') THEN (${alias}.fields ->> '${field}')::numeric END`,
  );
  const [only] = terms;
  if (terms.length === 1 && only !== undefined) return only;
  const sum = terms.map((term) => `coalesce(${term}, 0)`).join(' + ');
  return `CASE WHEN coalesce(${terms.join(', ')}) IS NOT NULL THEN ${sum} END`;
}

const mainColumns = [
  'cnpj',
  'dt',
  'denom_social',
  ...Object.keys(texts),
  ...figures.map(([column]) => column),
  'nr_cotst',
];

/** The last row of a table wins, as everywhere. Tables III, IV and X_1 join table I, which every fund files. */
const mainSql = `
  WITH latest AS (SELECT DISTINCT ON (tab, cnpj, dt) tab, cnpj, dt, denom_social, fields FROM staged_fidc
    WHERE tab IN ('I', 'III', 'IV') ORDER BY tab, cnpj, dt, ctid DESC),
  holders AS (SELECT cnpj, dt, sum((fields ->> 'TAB_X_NR_COTST')::numeric)::bigint AS nr_cotst FROM staged_fidc
    WHERE tab = 'X_1' AND pg_input_is_valid(fields ->> 'TAB_X_NR_COTST', 'numeric') GROUP BY cnpj, dt)
  INSERT INTO staged_fidc_main (${mainColumns.join(', ')})
  SELECT tab_i.cnpj, tab_i.dt, tab_i.denom_social,
    ${Object.values(texts)
      .map((field) => `tab_i.fields ->> '${field}'`)
      .join(', ')},
    ${figures.map(([, tab, fields]) => sumOf(tab, fields)).join(',\n    ')},
    holders.nr_cotst
  FROM (SELECT * FROM latest WHERE tab = 'I') tab_i
  LEFT JOIN (SELECT * FROM latest WHERE tab = 'III') tab_iii USING (cnpj, dt)
  LEFT JOIN (SELECT * FROM latest WHERE tab = 'IV') tab_iv USING (cnpj, dt)
  LEFT JOIN holders USING (cnpj, dt)`;

const namedDifferences = 5;

/** Reports whose assets less liabilities are not the net worth, the largest differences by name. */
async function differenceNotes(transaction: LoadTransaction): Promise<string[]> {
  const wrong = await transaction.rows<{ cnpj: string; difference: string; total: string }>(
    `SELECT cnpj, (vl_ativo - vl_passivo - vl_pl)::text AS difference, count(*) OVER () AS total FROM staged_fidc_main
     WHERE abs(vl_ativo - vl_passivo - vl_pl) > 0.01 ORDER BY abs(vl_ativo - vl_passivo - vl_pl) DESC LIMIT $1`,
    [namedDifferences],
  );
  const [first] = wrong;
  if (!first) return [];
  const named = wrong.map((row) => `${row.cnpj}: ${row.difference}`).join('; ');
  return [`in ${first.total} reports assets less liabilities differ from the net worth (${named})`];
}

async function load(
  context: SystemContext,
  file: SourceFile,
  transaction: LoadTransaction,
): Promise<LoadResult> {
  const columns = ['tab', ...columnNames(rowSpec)];
  await transaction.createStaging('staged_fidc', 'funds.fidc_row', columns);
  await transaction.createStaging('staged_fidc_main', 'funds.fidc', mainColumns);
  let counts = { read: 0, rejected: 0 };
  const tabs = new Set<string>();
  for await (const member of zipMembers(file.path, file.name)) {
    const tab = tabOf(member.name);
    if (tab === undefined) continue;
    tabs.add(tab);
    const spec = { ...rowSpec, constants: { tab } };
    const read = await transaction.copy('staged_fidc', columns, (sink) =>
      readRows(context, member.name, member.read(), spec, sink),
    );
    counts = addRowCounts(counts, read);
  }
  if (!tabs.has('I')) throw new PipelineFailure(`${file.name} has no inf_mensal_fidc_tab_I in it`);
  await transaction.run(mainSql);
  const notes = await differenceNotes(transaction);
  const main = await transaction.merge({
    staging: 'staged_fidc_main',
    target: 'funds.fidc',
    columns: mainColumns,
    key: ['cnpj', 'dt'],
    dated: true,
  });
  const rows = await transaction.replace({
    staging: 'staged_fidc',
    target: 'funds.fidc_row',
    columns,
    slice: ['tab', 'dt'],
    dated: true,
  });
  await transaction.run(
    `INSERT INTO funds.fund AS f (cnpj, name, kind)
     SELECT DISTINCT ON (cnpj) cnpj, denom_social, 'FIDC' FROM staged_fidc WHERE tab = 'I' ORDER BY cnpj, dt DESC, ctid DESC
     ON CONFLICT (cnpj) DO UPDATE SET name = coalesce(f.name, excluded.name), kind = coalesce(f.kind, excluded.kind)
     WHERE f.name IS NULL OR f.kind IS NULL`,
  );
  await refreshPositions(transaction, 'fidc');
  return { duplicate: main.duplicate, changed: rows.changed, removed: rows.removed, counts, notes };
}

/** CVM monthly report of credit funds: all tables as published, the main figures typed, the accounts checked. */
export async function cvmFidc(context: SystemContext): Promise<void> {
  await loadMonths(context, files, {
    version: 1,
    load: (file, transaction) => load(context, file, transaction),
  });
}
