import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Alert } from '../../ui/alert.tsx';
import type { SchemaFault } from './schema-faults.ts';
import { useSchemaFaultText } from './schema-fault-text.ts';

const mostShown = 30;

/** Where the data breaks the schema of its app: table, row, key, what stands there, and why that is wrong. */
export const SchemaFaultList = ({ faults }: { readonly faults: readonly SchemaFault[] }) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const schemaFaultText = useSchemaFaultText();
  const shown = faults.slice(0, mostShown);
  const columns = ['table', 'row', 'key', 'value', 'problem'] as const;
  return (
    <Alert tone="danger">
      <p className="font-medium">
        {t('fault.title', { count: faults.length, formatted: format.number(faults.length) })}
      </p>
      <div className="mt-2 max-h-64 overflow-auto rounded-md border border-line bg-surface text-ink">
        <table className="w-full border-collapse text-xs">
          <thead>
            <tr className="border-b border-line text-left text-ink-muted">
              {columns.map((column) => (
                <th key={column} scope="col" className="px-2 py-1 font-medium whitespace-nowrap">
                  {t(`fault.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((fault, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- two faults may be alike; the list never changes
              <tr key={index} className="border-b border-line align-top last:border-0">
                <td className="px-2 py-1 font-mono">{fault.table === '' ? t('fault.whole') : fault.table}</td>
                <td className="px-2 py-1 text-right">{fault.row ?? '–'}</td>
                <td className="px-2 py-1 font-mono">{fault.key === '' ? '–' : fault.key}</td>
                <td className="max-w-40 truncate px-2 py-1 font-mono" title={fault.value}>
                  {fault.value ?? '–'}
                </td>
                <td className="min-w-40 px-2 py-1">{schemaFaultText(fault)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {faults.length > shown.length && (
        <p className="mt-1 text-xs">{t('fault.more', { count: faults.length - shown.length })}</p>
      )}
    </Alert>
  );
};
