import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Descriptions, Section } from '../../ui/page.tsx';
import { DataTable } from './data-table.tsx';
import { cellText, isObject, viewOf, type Fields } from './document-tables.ts';

interface DocumentViewProps {
  readonly document: unknown;
  /** Of the app: what it calls its tables and columns. */
  readonly schema?: Fields | undefined;
  /** For what has no name of its own. */
  readonly title: string;
}

const member = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, step) => (isObject(at) ? at[step] : undefined), value);

const titleAt = (schema: unknown, fallback: string): string => {
  const title = member(schema, 'title');
  return typeof title === 'string' && title !== '' ? title.replace(/\.$/, '') : fallback;
};

const tableSchema = (schema: unknown, name: string): unknown =>
  member(schema, ...name.split('.').flatMap((step) => ['properties', step]));

/** Everything that a document says: single values together, each table in a panel of its own. */
export const DocumentView = ({ document, schema, title }: DocumentViewProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const { values, tables } = useMemo(() => viewOf(document), [document]);
  if (values.length === 0 && tables.length === 0)
    return <p className="text-sm text-ink-muted">{t('data.none')}</p>;
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {values.length > 0 && (
        <Section title={tables.length === 0 ? title : t('data.values')}>
          <Descriptions
            items={values.map(([name, value]) => ({
              label: titleAt(tableSchema(schema, name), name === '' ? title : name),
              value: cellText(value),
            }))}
          />
        </Section>
      )}
      {tables.map((table) => {
        const described = tableSchema(schema, table.name);
        const label = titleAt(described, table.name === '' ? title : table.name);
        const columnLabel = (column: string) =>
          titleAt(member(described, 'items', 'properties', column), column);
        const [only, ...others] = table.rows;
        if (only !== undefined && others.length === 0 && table.columns.length > 1) {
          return (
            <Section key={table.name} title={label}>
              <Descriptions
                items={table.columns.map((column) => ({
                  label: columnLabel(column),
                  value: cellText(only[column]),
                }))}
              />
            </Section>
          );
        }
        return (
          <Section
            key={table.name}
            title={label}
            note={t('data.rows', { count: table.rows.length, formatted: format.number(table.rows.length) })}
            flush
          >
            <DataTable table={table} label={label} columnLabel={columnLabel} />
          </Section>
        );
      })}
    </div>
  );
};
