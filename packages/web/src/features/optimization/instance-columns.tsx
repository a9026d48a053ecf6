import { Link } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { RelativeTime } from '../../ui/figures.tsx';
import type { Column } from '../../ui/table.tsx';
import { useAppName } from './use-apps.ts';

export const useInstanceColumns = (): readonly Column<Instance>[] => {
  const { t } = useTranslation('optimization');
  const format = useFormat();
  const appName = useAppName();
  return useMemo(
    (): readonly Column<Instance>[] => [
      {
        id: 'name',
        header: t('column.name'),
        grow: true,
        cell: ({ id, name }) => (
          <Link
            to="/optimization/instances/$instanceId"
            params={{ instanceId: id }}
            className="font-medium text-ink hover:underline"
          >
            {name}
          </Link>
        ),
      },
      { id: 'app', header: t('column.app'), cell: ({ app }) => appName(app) },
      {
        id: 'size',
        header: t('column.size'),
        align: 'right',
        hideBelow: 'sm',
        cell: ({ dataBytes }) => format.bytes(dataBytes),
      },
      { id: 'by', header: t('column.by'), hideBelow: 'lg', cell: ({ createdBy }) => createdBy.name },
      {
        id: 'created',
        header: t('column.created'),
        hideBelow: 'md',
        cell: ({ createdAt }) => <RelativeTime at={createdAt} />,
      },
    ],
    [t, format, appName],
  );
};
