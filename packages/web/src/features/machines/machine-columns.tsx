import { Link } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { saidText } from '../../i18n/said-text.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { currentOperation, gpusOf } from '../../lib/machine-states.ts';
import { Money } from '../../ui/figures.tsx';
import { Progress } from '../../ui/progress.tsx';
import type { Column } from '../../ui/table.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { MachineActions } from './machine-actions.tsx';
import { MachineStatus } from './machine-status.tsx';
import { OperationSummary } from './operation-summary.tsx';
import { SleepCountdown } from './sleep-countdown.tsx';

/** Columns of the list of machines. */
export const useMachineColumns = (): readonly Column<Instance>[] => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  return useMemo(
    (): readonly Column<Instance>[] => [
      {
        id: 'name',
        header: t('column.name'),
        cell: (machine) => (
          <>
            <Link
              to="/machines/$machineId"
              params={{ machineId: machine.id }}
              search={{}}
              className="block max-w-24 truncate sm:max-w-52 font-medium text-ink hover:underline"
            >
              {machine.label}
            </Link>
            <span className="block max-w-24 truncate sm:max-w-52 text-xs text-ink-muted">
              {[machine.gpu_name === null ? null : gpusOf(machine), machine.geolocation]
                .filter((part) => part !== null)
                .join(' · ')}
            </span>
          </>
        ),
      },
      {
        id: 'status',
        header: t('column.status'),
        cell: (machine) => <StatusCell machine={machine} />,
      },
      {
        id: 'use',
        header: t('column.use'),
        hideBelow: 'lg',
        cell: ({ gpu_util: use, gpu_temp: temperature, status }) =>
          status === 'running' && use !== null ? (
            <span className="flex w-36 items-center gap-2">
              <Progress label={t('column.use')} value={use} tone="neutral" figure />
              {temperature !== null && (
                <span className="text-xs text-ink-muted">{format.number(temperature)} °C</span>
              )}
            </span>
          ) : (
            <span className="text-ink-muted">–</span>
          ),
      },
      {
        id: 'price',
        header: t('column.price'),
        align: 'right',
        hideBelow: 'sm',
        cell: ({ dph_total: price }) =>
          price === 0 ? (
            <span className="text-ink-muted">–</span>
          ) : (
            <Money amount={price} currency="USD" per="h" digits={3} />
          ),
      },
      {
        id: 'cost',
        header: t('column.cost'),
        align: 'right',
        hideBelow: 'md',
        cell: ({ cost_total: cost }) => <Money amount={cost} currency="USD" />,
      },
      {
        id: 'sleep',
        header: t('column.sleep'),
        hideBelow: 'md',
        cell: (machine) => <SleepCountdown machine={machine} />,
      },
      {
        id: 'actions',
        header: <span className="sr-only">{t('actions')}</span>,
        align: 'right',
        cell: (machine) => (
          <span className="inline-flex items-center justify-end gap-1.5">
            <MachineActions machine={machine} />
          </span>
        ),
      },
    ],
    [t, format],
  );
};

const StatusCell = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const operation = currentOperation(machine);
  return (
    <span className="flex flex-col items-start gap-0.5">
      <span className="inline-flex items-center gap-1.5">
        <MachineStatus status={machine.status} />
        {machine.problem !== null && (
          <Tooltip content={saidText(machine.problem_finding, machine.problem)}>
            <button
              type="button"
              aria-label={t('problem', { problem: saidText(machine.problem_finding, machine.problem) })}
              className="rounded-sm"
            >
              <TriangleAlert aria-hidden className="size-4 text-warning" />
            </button>
          </Tooltip>
        )}
      </span>
      {operation !== undefined && <OperationSummary operation={operation} />}
    </span>
  );
};
