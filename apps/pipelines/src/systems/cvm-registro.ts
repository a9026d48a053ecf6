import { columnNames, type ColumnSpec, type RowSpec } from '../lib/delimited.ts';
import type { FieldKind } from '../lib/fields.ts';
import { PipelineFailure } from '../lib/failure.ts';
import { addRowCounts, loadFile, readRows, type LoadResult } from '../lib/load.ts';
import type { SourceFile } from '../lib/source.ts';
import { addCounts, noChanges, type LoadTransaction } from '../lib/staging.ts';
import type { SystemContext } from '../lib/system.ts';
import { zipMembers } from '../lib/zip.ts';

const archive = 'FI/CAD/DADOS/registro_fundo_classe.zip';

/** The names in these files differ from ours by case only. */
function columns(kind: FieldKind, ...names: string[]): ColumnSpec[] {
  return names.map((name) => ({ name: name.toLowerCase(), from: [name], kind }));
}

function keyColumn(name: string, kind: FieldKind): ColumnSpec {
  return { name: name.toLowerCase(), from: [name], kind, required: true };
}

function optionalKey(name: string): ColumnSpec {
  return { name: name.toLowerCase(), from: [name], kind: 'document', whenEmpty: '' };
}

interface RegistryTable {
  readonly member: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly spec: RowSpec;
}

const tables: readonly RegistryTable[] = [
  {
    member: 'registro_fundo.csv',
    table: 'registro_fundo',
    key: ['id_registro_fundo', 'cpf_cnpj_gestor'],
    spec: {
      columns: [
        keyColumn('ID_Registro_Fundo', 'integer'),
        optionalKey('CPF_CNPJ_Gestor'),
        keyColumn('CNPJ_Fundo', 'cnpj'),
        ...columns('date', 'Data_Registro', 'Data_Constituicao', 'Data_Cancelamento', 'Data_Inicio_Situacao'),
        ...columns(
          'date',
          'Data_Adaptacao_RCVM175',
          'Data_Inicio_Exercicio_Social',
          'Data_Fim_Exercicio_Social',
        ),
        ...columns('date', 'Data_Patrimonio_Liquido'),
        ...columns('number', 'Patrimonio_Liquido'),
        ...columns('document', 'CNPJ_Administrador'),
        ...columns('text', 'Codigo_CVM', 'Tipo_Fundo', 'Denominacao_Social', 'Situacao', 'Diretor'),
        ...columns('text', 'Administrador', 'Tipo_Pessoa_Gestor', 'Gestor'),
      ],
    },
  },
  {
    member: 'registro_classe.csv',
    table: 'registro_classe',
    key: ['id_registro_classe', 'cnpj_custodiante'],
    spec: {
      columns: [
        keyColumn('ID_Registro_Classe', 'integer'),
        optionalKey('CNPJ_Custodiante'),
        ...columns('integer', 'ID_Registro_Fundo'),
        ...columns('cnpj', 'CNPJ_Classe'),
        ...columns('date', 'Data_Registro', 'Data_Constituicao', 'Data_Inicio', 'Data_Inicio_Situacao'),
        ...columns('date', 'Data_Patrimonio_Liquido'),
        ...columns('number', 'Patrimonio_Liquido'),
        ...columns('document', 'CNPJ_Auditor', 'CNPJ_Controlador'),
        ...columns('text', 'Codigo_CVM', 'Tipo_Classe', 'Denominacao_Social', 'Situacao', 'Classificacao'),
        ...columns('text', 'Indicador_Desempenho', 'Classe_Cotas', 'Classificacao_Anbima'),
        ...columns('text', 'Tributacao_Longo_Prazo', 'Entidade_Investimento'),
        ...columns('text', 'Permitido_Aplicacao_CemPorCento_Exterior', 'Classe_ESG', 'Forma_Condominio'),
        ...columns('text', 'Exclusivo', 'Publico_Alvo', 'Auditor', 'Custodiante', 'Controlador'),
      ],
    },
  },
  {
    member: 'registro_subclasse.csv',
    table: 'registro_subclasse',
    key: ['id_registro_classe', 'id_subclasse'],
    spec: {
      columns: [
        keyColumn('ID_Registro_Classe', 'integer'),
        keyColumn('ID_Subclasse', 'text'),
        ...columns('date', 'Data_Constituicao', 'Data_Inicio', 'Data_Inicio_Situacao'),
        ...columns('text', 'Codigo_CVM', 'Denominacao_Social', 'Situacao', 'Forma_Condominio', 'Exclusivo'),
        ...columns(
          'text',
          'Publico_Alvo',
          'Previdenciario',
          'Exclusivo_INR',
          'Exclusivo_Previdencia_Complementar',
        ),
      ],
    },
  },
];

/** The registry's name is the current one: it replaces what a report of some month called the fund. */
const nameFunds = `
  INSERT INTO funds.fund AS f (cnpj, name, kind)
  SELECT DISTINCT ON (cnpj) cnpj, name, kind FROM (
    SELECT cnpj_classe AS cnpj, denominacao_social AS name, tipo_classe AS kind, 0 AS rank, situacao, id_registro_classe AS id
    FROM funds.registro_classe WHERE cnpj_classe IS NOT NULL
    UNION ALL
    SELECT cnpj_fundo, denominacao_social, tipo_fundo, 1, situacao, id_registro_fundo FROM funds.registro_fundo
  ) named
  WHERE situacao NOT ILIKE 'cancelad%' OR EXISTS (SELECT FROM funds.fund known WHERE known.cnpj = named.cnpj)
  ORDER BY cnpj, rank, id DESC
  ON CONFLICT (cnpj) DO UPDATE SET name = excluded.name, kind = coalesce(f.kind, excluded.kind)
  WHERE f.name IS DISTINCT FROM excluded.name OR f.kind IS NULL`;

async function load(
  context: SystemContext,
  file: SourceFile,
  transaction: LoadTransaction,
): Promise<LoadResult> {
  let counts = { read: 0, rejected: 0 };
  let changes = noChanges;
  const missing = new Set(tables.map((table) => table.member));
  for await (const member of zipMembers(file.path, file.name)) {
    const table = tables.find((candidate) => member.name.toLowerCase().endsWith(candidate.member));
    if (!table) continue;
    missing.delete(table.member);
    const names = columnNames(table.spec);
    const staging = `staged_${table.table}`;
    const target = `funds.${table.table}`;
    await transaction.createStaging(staging, target, names);
    const read = await transaction.copy(staging, names, (sink) =>
      readRows(context, member.name, member.read(), table.spec, sink),
    );
    counts = addRowCounts(counts, read);
    const merged = await transaction.merge({ staging, target, columns: names, key: table.key, dated: false });
    changes = addCounts(changes, merged);
    context.log.progress(tables.length - missing.size, tables.length, member.name);
  }
  if (missing.size > 0) throw new PipelineFailure(`${file.name} has no ${[...missing].join(', no ')}`);
  await transaction.run(nameFunds);
  return { ...changes, counts };
}

/** CVM registry of funds, classes and subclasses (RCVM 175), as of today. */
export async function cvmRegistro(context: SystemContext): Promise<void> {
  await loadFile(context, {
    source: context.source('cvm'),
    name: archive,
    kind: 'zip',
    version: 1,
    load: (file, transaction) => load(context, file, transaction),
  });
}
