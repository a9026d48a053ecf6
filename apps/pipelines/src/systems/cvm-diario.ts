import { columnNames, type RowSpec } from '../lib/delimited.ts';
import { addRowCounts, readRows, type LoadResult } from '../lib/load.ts';
import type { SourceFile } from '../lib/source.ts';
import type { LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';
import { zipMembers } from '../lib/zip.ts';
import { loadMonths, type MonthlyFiles } from './cvm-files.ts';
import { refreshDaily } from './fund-table.ts';

const files: MonthlyFiles = {
  folder: 'FI/DOC/INF_DIARIO/DADOS',
  stem: 'inf_diario_fi',
  publication: { after: 'month_start', days: 2 },
};

/** Header names since RCVM 175, then those before it. */
export const dailySpec: RowSpec = {
  columns: [
    { name: 'cnpj', from: ['CNPJ_FUNDO_CLASSE', 'CNPJ_FUNDO'], kind: 'cnpj', required: true },
    { name: 'id_subclasse', from: ['ID_SUBCLASSE'], kind: 'text', whenEmpty: '' },
    { name: 'dt', from: ['DT_COMPTC'], kind: 'date', required: true },
    { name: 'tp_fundo_classe', from: ['TP_FUNDO_CLASSE', 'TP_FUNDO'], kind: 'text' },
    { name: 'vl_total', from: ['VL_TOTAL'], kind: 'number' },
    { name: 'vl_quota', from: ['VL_QUOTA'], kind: 'quota' },
    { name: 'vl_patrim_liq', from: ['VL_PATRIM_LIQ'], kind: 'number' },
    { name: 'captc_dia', from: ['CAPTC_DIA'], kind: 'number' },
    { name: 'resg_dia', from: ['RESG_DIA'], kind: 'number' },
    { name: 'nr_cotst', from: ['NR_COTST'], kind: 'integer' },
  ],
};

async function load(
  context: SystemContext,
  file: SourceFile,
  transaction: LoadTransaction,
): Promise<LoadResult> {
  const columns = columnNames(dailySpec);
  await transaction.createStaging('staged_daily', 'funds.daily', columns);
  let counts = { read: 0, rejected: 0 };
  for await (const member of zipMembers(file.path, file.name)) {
    if (!member.name.toLowerCase().endsWith('.csv')) continue;
    const read = await transaction.copy('staged_daily', columns, (sink) =>
      readRows(context, member.name, member.read(), dailySpec, sink),
    );
    counts = addRowCounts(counts, read);
  }
  const merged = await transaction.merge({
    staging: 'staged_daily',
    target: 'funds.daily',
    columns,
    key: ['cnpj', 'id_subclasse', 'dt'],
    dated: true,
  });
  if (merged.changed > 0 || merged.removed > 0) await refreshDaily(transaction, merged.removed > 0);
  return { ...merged, counts };
}

/** CVM daily report: quota, net worth, inflow, outflow and holders of each class and day. */
export async function cvmDiario(context: SystemContext): Promise<void> {
  await loadMonths(context, files, {
    version: 1,
    load: (file, transaction) => load(context, file, transaction),
  });
}
