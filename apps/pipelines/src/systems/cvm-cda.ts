import { columnNames, type ColumnSpec, type RowSpec } from '../lib/delimited.ts';
import { addRowCounts, readRows, type LoadResult } from '../lib/load.ts';
import { PipelineFailure } from '../lib/failure.ts';
import type { SourceFile } from '../lib/source.ts';
import { addCounts, type LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';
import { zipMembers } from '../lib/zip.ts';
import { loadMonths, type MonthlyFiles } from './cvm-files.ts';
import { refreshPositions } from './fund-table.ts';

const files: MonthlyFiles = {
  folder: 'FI/DOC/CDA/DADOS',
  stem: 'cda_fi',
  publication: { after: 'month_end', days: 10 },
};

const fund: readonly ColumnSpec[] = [
  { name: 'cnpj', from: ['CNPJ_FUNDO_CLASSE', 'CNPJ_FUNDO'], kind: 'cnpj', required: true },
  { name: 'dt', from: ['DT_COMPTC'], kind: 'date', required: true },
];

/** `cda_fi_PL`, and the net worth that each row of `cda_fie` repeats. */
const netWorth: readonly ColumnSpec[] = [
  ...fund,
  { name: 'tp_fundo_classe', from: ['TP_FUNDO_CLASSE', 'TP_FUNDO'], kind: 'text' },
  { name: 'denom_social', from: ['DENOM_SOCIAL'], kind: 'text' },
  { name: 'vl_patrim_liq', from: ['VL_PATRIM_LIQ'], kind: 'number' },
];

const netWorthSpec: RowSpec = { columns: netWorth };

/** One shape for all blocks; what only one block has goes to `details`. */
const positionSpec: RowSpec = {
  columns: [
    ...fund,
    { name: 'tp_aplic', from: ['TP_APLIC'], kind: 'text' },
    { name: 'tp_ativo', from: ['TP_ATIVO'], kind: 'text' },
    { name: 'emissor_ligado', from: ['EMISSOR_LIGADO'], kind: 'text' },
    { name: 'tp_negoc', from: ['TP_NEGOC'], kind: 'text' },
    { name: 'qt_venda_negoc', from: ['QT_VENDA_NEGOC'], kind: 'number' },
    { name: 'vl_venda_negoc', from: ['VL_VENDA_NEGOC'], kind: 'number' },
    { name: 'qt_aquis_negoc', from: ['QT_AQUIS_NEGOC'], kind: 'number' },
    { name: 'vl_aquis_negoc', from: ['VL_AQUIS_NEGOC'], kind: 'number' },
    { name: 'qt_pos_final', from: ['QT_POS_FINAL'], kind: 'number' },
    { name: 'vl_merc_pos_final', from: ['VL_MERC_POS_FINAL'], kind: 'number' },
    { name: 'vl_custo_pos_final', from: ['VL_CUSTO_POS_FINAL'], kind: 'number' },
    { name: 'dt_confid_aplic', from: ['DT_CONFID_APLIC'], kind: 'date' },
    { name: 'cd_ativo', from: ['CD_ATIVO', 'CD_ATIVO_BV_MERC'], kind: 'text' },
    {
      name: 'ds_ativo',
      from: ['DS_ATIVO', 'DS_ATIVO_EXTERIOR', 'DS_SWAP', 'NM_FUNDO_CLASSE_SUBCLASSE_COTA', 'NM_FUNDO_COTA'],
      kind: 'text',
    },
    { name: 'cd_isin', from: ['CD_ISIN'], kind: 'text' },
    { name: 'dt_venc', from: ['DT_VENC'], kind: 'date' },
    { name: 'emissor', from: ['EMISSOR'], kind: 'text' },
    { name: 'cpf_cnpj_emissor', from: ['CPF_CNPJ_EMISSOR', 'CNPJ_EMISSOR'], kind: 'document' },
    { name: 'cnpj_cota', from: ['CNPJ_FUNDO_CLASSE_COTA', 'CNPJ_FUNDO_COTA'], kind: 'document' },
  ],
  rest: 'details',
};

/** `cda_fi_BLC_4_202510.csv` to `BLC_4`; undefined for a member that is not ours to read. */
function blockOf(memberName: string): 'PL' | 'CONFID' | 'FIE' | `BLC_${string}` | undefined {
  const base = memberName.split('/').at(-1) ?? '';
  const block = /^cda_fi_(BLC_[1-8]|PL|CONFID)_\d{4,6}\.csv$/i.exec(base)?.[1]?.toUpperCase();
  if (block !== undefined) return block as 'PL' | 'CONFID' | `BLC_${string}`;
  return /^cda_fie_\d{4,6}\.csv$/i.test(base) ? 'FIE' : undefined;
}

const expectedBlocks = ['PL', ...Array.from({ length: 8 }, (_, index) => `BLC_${index + 1}`)];

async function load(
  context: SystemContext,
  file: SourceFile,
  transaction: LoadTransaction,
): Promise<LoadResult> {
  const positionColumns = ['block', ...columnNames(positionSpec)];
  const netWorthColumns = columnNames(netWorthSpec);
  await transaction.createStaging('staged_position', 'funds.cda_position', positionColumns);
  await transaction.createStaging('staged_pl', 'funds.cda_pl', netWorthColumns);
  let counts = { read: 0, rejected: 0 };
  const found = new Set<string>();
  const skipped: string[] = [];
  for await (const member of zipMembers(file.path, file.name)) {
    const block = blockOf(member.name);
    if (block === undefined) {
      skipped.push(member.name);
      continue;
    }
    found.add(block);
    const ofPl = block === 'PL';
    const ignored = block === 'FIE' ? [] : ['TP_FUNDO_CLASSE', 'TP_FUNDO', 'DENOM_SOCIAL'];
    const spec = ofPl ? netWorthSpec : { ...positionSpec, constants: { block }, ignored };
    const read = await transaction.copy(
      ofPl ? 'staged_pl' : 'staged_position',
      ofPl ? netWorthColumns : positionColumns,
      (sink) => readRows(context, member.name, member.read(), spec, sink),
    );
    counts = addRowCounts(counts, read);
  }
  if (found.size === 0) throw new PipelineFailure(`${file.name} has no cda_fi_*.csv in it`);
  const missing = expectedBlocks.filter((block) => !found.has(block));
  // A special fund has no row in cda_fi_PL; a fund that is in both counts once, by cda_fi_PL and its blocks.
  await transaction.run(
    `DELETE FROM staged_position p WHERE block = 'FIE' AND EXISTS (SELECT FROM staged_pl l WHERE l.cnpj = p.cnpj AND l.dt = p.dt)`,
  );
  await transaction.run(
    `INSERT INTO staged_pl (cnpj, dt, tp_fundo_classe, denom_social, vl_patrim_liq)
     SELECT DISTINCT ON (cnpj, dt) cnpj, dt, details ->> 'TP_FUNDO_CLASSE', details ->> 'DENOM_SOCIAL',
       (details ->> 'VL_PATRIM_LIQ')::numeric
     FROM staged_position WHERE block = 'FIE' AND pg_input_is_valid(details ->> 'VL_PATRIM_LIQ', 'numeric')
     ORDER BY cnpj, dt, ctid DESC`,
  );
  const netWorths = await transaction.merge({
    staging: 'staged_pl',
    target: 'funds.cda_pl',
    columns: netWorthColumns,
    key: ['cnpj', 'dt'],
    dated: true,
  });
  const positions = await transaction.replace({
    staging: 'staged_position',
    target: 'funds.cda_position',
    columns: positionColumns,
    slice: ['block', 'dt'],
    dated: true,
  });
  await transaction.run(
    `INSERT INTO funds.fund AS f (cnpj, name, kind)
     SELECT cnpj, denom_social, tp_fundo_classe FROM staged_pl WHERE denom_social IS NOT NULL
     ON CONFLICT (cnpj) DO UPDATE SET name = coalesce(f.name, excluded.name), kind = coalesce(f.kind, excluded.kind)
     WHERE f.name IS NULL OR f.kind IS NULL`,
  );
  await refreshPositions(transaction, 'cda');
  const notes = [
    ...(missing.length > 0 ? [`without ${missing.join(', ')}: not published in this file`] : []),
    ...(skipped.length > 0 ? [`members not read: ${skipped.join(', ')}`] : []),
  ];
  return { ...addCounts(netWorths, positions), counts, notes };
}

/** CVM portfolio report: every position of each class at the end of the month, and its net worth. */
export async function cvmCda(context: SystemContext): Promise<void> {
  await loadMonths(context, files, {
    version: 1,
    load: (file, transaction) => load(context, file, transaction),
  });
}
