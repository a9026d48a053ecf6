import type { Portfolio } from '@dumont/contracts/pipelines/portfolio';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { RelativeTime } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { Table, type Column } from '../../ui/table.tsx';

type Load = Portfolio['loads'][number];

/** Which files the figures come from, when they were read, and how many of their rows were refused. */
export const Loads = ({ loads }: Pick<Portfolio, 'loads'>) => {
  const { t } = useTranslation('portfolio');
  const format = useFormat();
  const columns: Column<Load>[] = [
    {
      id: 'file',
      header: t('file'),
      grow: true,
      cell: ({ file }) => (
        <span title={file} className="font-mono text-xs">
          {file.split('/').at(-1)}
        </span>
      ),
    },
    { id: 'source', header: t('source'), hideBelow: 'lg', cell: ({ source }) => source },
    {
      id: 'rows',
      header: t('rows'),
      align: 'right',
      hideBelow: 'sm',
      sortBy: ({ rows }) => rows,
      cell: ({ rows }) => format.number(rows),
    },
    {
      id: 'rejected',
      header: t('rejected'),
      align: 'right',
      sortBy: ({ rejected }) => rejected,
      cell: ({ rejected }) => (
        <span className={rejected > 0 ? 'font-medium text-warning' : 'text-ink-muted'}>
          {format.number(rejected)}
        </span>
      ),
    },
    {
      id: 'loaded',
      header: t('loaded'),
      align: 'right',
      sortBy: ({ loadedAt }) => loadedAt,
      cell: ({ loadedAt }) => <RelativeTime at={loadedAt} />,
    },
  ];
  return (
    <Section title={t('loads')} flush>
      {loads.length === 0 ? (
        <p className="p-4 text-sm text-ink-muted">{t('loadsNone')}</p>
      ) : (
        <Table
          label={t('loads')}
          rows={loads}
          columns={columns}
          rowKey={({ source, file, loadedAt }) => `${source} ${file} ${loadedAt}`}
        />
      )}
    </Section>
  );
};
