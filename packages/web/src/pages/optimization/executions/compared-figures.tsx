import { useQuery } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { figuresOf } from '../../../features/optimization/figures-of.ts';
import { useSolverStatus } from '../../../features/optimization/use-solver-status.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { executionQueries } from '../../../queries/optimization.ts';
import { Duration } from '../../../ui/figures.tsx';
import { Section } from '../../../ui/page.tsx';
import { Table } from '../../../ui/table.tsx';
import { useAppSchemas } from '../../../features/optimization/use-app-schemas.ts';

interface ComparedFiguresProps {
  readonly first: Execution;
  readonly second: Execution;
}

interface Line {
  readonly id: string;
  readonly label: string;
  readonly first: ReactNode;
  readonly second: ReactNode;
  /** Undefined where there is nothing to subtract. */
  readonly change: string | undefined;
}

/** What two executions came to: objective, status, time, and the KPIs that are single figures. */
export const ComparedFigures = ({ first, second }: ComparedFiguresProps) => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const statusText = useSolverStatus();
  const schema = useAppSchemas(first.app).data?.kpis;
  const before = figuresOf(useQuery(executionQueries.part(first.id, 'kpis')).data ?? null, schema);
  const after = figuresOf(useQuery(executionQueries.part(second.id, 'kpis')).data ?? null, schema);
  const line = (
    id: string,
    label: string,
    a: number | null | undefined,
    b: number | null | undefined,
  ): Line => {
    const shown = (value: number | null | undefined) =>
      typeof value === 'number' ? format.number(value, 4) : '–';
    const difference = typeof a === 'number' && typeof b === 'number' ? b - a : undefined;
    const sign = difference !== undefined && difference > 0 ? '+' : '';
    const share =
      difference === undefined || difference === 0 || typeof a !== 'number' || a === 0
        ? ''
        : ` (${sign}${format.share(difference / Math.abs(a))})`;
    return {
      id,
      label,
      first: shown(a),
      second: shown(b),
      change:
        difference === undefined
          ? undefined
          : difference === 0
            ? '='
            : `${sign}${format.number(difference, 4)}${share}`,
    };
  };
  const paths = [...new Set([...before, ...after].map(({ path }) => path))];
  const took = ({ createdAt, finishedAt }: Execution) =>
    finishedAt === null ? '–' : <Duration from={createdAt} to={finishedAt} />;
  const rows: Line[] = [
    line('objective', t('column.objective'), first.objective, second.objective),
    {
      id: 'status',
      label: t('column.solverStatus'),
      first: statusText(first.solverStatus),
      second: statusText(second.solverStatus),
      change: undefined,
    },
    { id: 'took', label: t('column.took'), first: took(first), second: took(second), change: undefined },
    ...paths.map((path) => {
      const [a, b] = [before, after].map((figures) => figures.find((each) => each.path === path));
      return line(`kpis.${path}`, (a ?? b)?.label ?? path, a?.value, b?.value);
    }),
  ];
  const right = { align: 'right' } as const;
  return (
    <Section title={t('compare.figures')} flush>
      <Table
        label={t('compare.figures')}
        rows={rows}
        rowKey={({ id }) => id}
        columns={[
          { id: 'label', header: '', cell: ({ label }) => <span className="text-ink-muted">{label}</span> },
          { id: 'first', header: first.name, cell: (row) => row.first, ...right },
          { id: 'second', header: second.name, cell: (row) => row.second, ...right },
          { id: 'change', header: t('compare.change'), cell: ({ change }) => change ?? '–', ...right },
        ]}
      />
    </Section>
  );
};
