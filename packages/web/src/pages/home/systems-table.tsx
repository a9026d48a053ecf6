import type { Stats } from '@dumont/contracts/runs/stats';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Section } from '../../ui/page.tsx';
import { Table, type Column } from '../../ui/table.tsx';

type SystemStats = Stats['perSystem'][number];

export const SystemsTable = ({ systems }: { readonly systems: readonly SystemStats[] }) => {
  const { t } = useTranslation('home');
  const format = useFormat();
  const columns = useMemo<Column<SystemStats>[]>(
    () => [
      { id: 'name', header: t('system'), sortBy: (row) => row.name, cell: (row) => row.name },
      {
        id: 'total',
        header: t('runs'),
        align: 'right',
        sortBy: (row) => row.total,
        cell: (row) => format.number(row.total),
      },
      {
        id: 'failed',
        header: t('failed'),
        align: 'right',
        hideBelow: 'sm',
        sortBy: (row) => row.failed,
        cell: (row) => <FailedCount count={row.failed} />,
      },
      {
        id: 'success',
        header: t('success'),
        align: 'right',
        sortBy: (row) => row.successRate,
        cell: (row) => (row.successRate === null ? '–' : format.share(row.successRate)),
      },
      {
        id: 'mean',
        header: t('mean'),
        align: 'right',
        sortBy: (row) => row.meanSeconds,
        cell: (row) => (row.meanSeconds === null ? '–' : format.duration(row.meanSeconds)),
      },
    ],
    [t, format],
  );
  return (
    <Section title={t('systems')} note={t('systemsRange')} flush>
      {systems.length === 0 ? (
        <p className="px-4 py-10 text-center text-sm text-ink-muted">{t('systemsNone')}</p>
      ) : (
        <div className="max-h-80 overflow-y-auto">
          <Table
            label={t('systems')}
            rows={systems}
            columns={columns}
            rowKey={(row) => row.name}
            initialSort={{ column: 'total', descending: true }}
          />
        </div>
      )}
    </Section>
  );
};

const FailedCount = ({ count }: { readonly count: number }) => {
  const format = useFormat();
  return <span className={count > 0 ? 'text-danger' : 'text-ink-muted'}>{format.number(count)}</span>;
};
