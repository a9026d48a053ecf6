import { useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { useTranslation } from 'react-i18next';
import { Table } from '../../ui/table.tsx';
import { useExecutionColumns } from './execution-columns.tsx';

interface ExecutionTableProps {
  readonly executions: readonly Execution[];
  /** Whether all are of one app, which then needs no column. */
  readonly ofOneApp: boolean;
}

/** Executions to look at; a row leads to its page. */
export const ExecutionTable = ({ executions, ofOneApp }: ExecutionTableProps) => {
  const { t } = useTranslation('optimization');
  const navigate = useNavigate();
  return (
    <Table
      label={t('tabs.executions')}
      rows={executions}
      columns={useExecutionColumns(ofOneApp)}
      rowKey={({ id }) => id}
      onOpen={({ id }) =>
        void navigate({
          to: '/optimization/executions/$executionId',
          params: { executionId: id },
          search: {},
        })
      }
    />
  );
};
