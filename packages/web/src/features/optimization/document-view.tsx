import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { cn } from '../../lib/cn.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { Descriptions, Section } from '../../ui/page.tsx';
import { DataTable } from './data-table.tsx';
import { cellText, viewOf, type Fields, type ValueGroup } from './document-tables.ts';
import { columnSchema, descriptionOf, schemaAt, titleOf } from './schema-titles.ts';

interface DocumentViewProps {
  readonly document: unknown;
  /** Of the app: what it calls its tables and columns. */
  readonly schema?: Fields | undefined;
  /** For what has no name of its own. */
  readonly title: string;
}

/** Everything that a document says: single values together, each table in a panel of its own. */
export const DocumentView = ({ document, schema, title }: DocumentViewProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const { groups, tables } = useMemo(() => viewOf(document), [document]);
  if (groups.length === 0 && tables.length === 0)
    return <p className="text-sm text-ink-muted">{t('data.none')}</p>;
  const groupTitle = ({ name }: ValueGroup): string => {
    if (name !== '') return titleOf(schemaAt(schema, name), name);
    return groups.length + tables.length === 1 ? title : t('data.values');
  };
  return (
    <div className="@container flex min-w-0 flex-col gap-4">
      {groups.length > 0 && (
        <div className="grid grid-cols-1 items-start gap-4 @2xl:grid-cols-[repeat(auto-fit,minmax(18rem,1fr))]">
          {groups.map((group) => (
            <Section key={group.name} title={groupTitle(group)}>
              <Descriptions
                items={group.values.map(([name, value]) => {
                  const described = schemaAt(schema, group.name === '' ? name : `${group.name}.${name}`);
                  return { label: titleOf(described, name === '' ? title : name), value: cellText(value) };
                })}
              />
            </Section>
          ))}
        </div>
      )}
      {tables.map((table) => {
        const described = schemaAt(schema, table.name);
        const label = titleOf(described, table.name === '' ? title : table.name);
        const columnLabel = (column: string) => titleOf(columnSchema(described, column), column);
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
            className={cn(only === undefined && '[&>header]:border-b-0')}
          >
            {only !== undefined && (
              <DataTable
                table={table}
                label={label}
                columnLabel={columnLabel}
                columnDescription={(column) => descriptionOf(columnSchema(described, column))}
              />
            )}
          </Section>
        );
      })}
    </div>
  );
};
