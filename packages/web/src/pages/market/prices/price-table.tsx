import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { PriceSummary } from '@dumont/contracts/market/prices';
import { BellRing, Eye, EyeOff, Minus, TrendingDown, TrendingUp } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { gigabytes } from '../../../lib/gigabytes.ts';
import { api } from '../../../lib/api.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { watchQueries } from '../../../queries/market.ts';
import { Badge } from '../../../ui/badge.tsx';
import { Money, RelativeTime } from '../../../ui/figures.tsx';
import { IconButton } from '../../../ui/icon-button.tsx';
import { Table, type Column } from '../../../ui/table.tsx';
import { toast } from '../../../ui/toast.tsx';
import type { GpuPrice } from './gpu-prices.ts';

interface PriceTableProps {
  readonly rows: readonly GpuPrice[];
  /** Whose history is drawn. */
  readonly shown: string | undefined;
  readonly onShow: (gpuName: string) => void;
  /** Undefined where the person may not change watches. */
  readonly onEdit: ((row: GpuPrice) => void) | undefined;
}

/** GPU types with their price of now and how it moved; one of them is drawn above. */
export const PriceTable = ({ rows, shown, onShow, onEdit }: PriceTableProps) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const columns = useMemo(
    (): readonly Column<GpuPrice>[] => [
      {
        id: 'gpu',
        header: t('column.gpu'),
        sortBy: ({ gpuName }) => gpuName,
        cell: ({ gpuName, price }) => (
          <>
            <button
              type="button"
              aria-pressed={gpuName === shown}
              onClick={() => onShow(gpuName)}
              className={`block rounded-sm text-left font-medium hover:underline ${gpuName === shown ? 'text-accent-ink' : 'text-ink'}`}
            >
              {gpuName}
            </button>
            {price !== undefined && (
              <span className="block text-xs text-ink-muted">
                {format.number(gigabytes(price.gpu_memory_mb))} GB
              </span>
            )}
          </>
        ),
      },
      {
        id: 'price',
        header: t('column.median'),
        align: 'right',
        sortBy: ({ price }) => price?.current_price ?? null,
        cell: ({ price }) =>
          price === undefined ? (
            <span className="text-ink-muted">{t('notSampled')}</span>
          ) : (
            <span className="font-medium">
              <Money amount={price.current_price} currency="USD" per="h" digits={3} />
            </span>
          ),
      },
      {
        id: 'min',
        header: t('column.min'),
        align: 'right',
        hideBelow: 'sm',
        sortBy: ({ price }) => price?.min_price ?? null,
        cell: ({ price }) =>
          price === undefined ? '–' : <Money amount={price.min_price} currency="USD" per="h" digits={3} />,
      },
      {
        id: 'change',
        header: t('column.change'),
        hideBelow: 'sm',
        sortBy: ({ price }) => price?.change_percent ?? null,
        cell: ({ price }) => price !== undefined && <Change price={price} />,
      },
      {
        id: 'memoryPrice',
        header: t('column.memoryPrice'),
        align: 'right',
        hideBelow: 'lg',
        sortBy: ({ price }) => (price === undefined ? null : memoryPrice(price)),
        cell: ({ price }) =>
          price === undefined ? '–' : <Money amount={memoryPrice(price)} currency="USD" per="h" digits={4} />,
      },
      {
        id: 'available',
        header: t('column.available'),
        align: 'right',
        hideBelow: 'md',
        sortBy: ({ price }) => price?.available_gpus ?? null,
        cell: ({ price }) => (price === undefined ? '–' : format.number(price.available_gpus)),
      },
      {
        id: 'updated',
        header: t('column.updated'),
        hideBelow: 'lg',
        cell: ({ price }) => (price === undefined ? '–' : <RelativeTime at={price.last_update} />),
      },
      {
        id: 'alert',
        header: t('column.alert'),
        cell: (row) => <Alerting row={row} onEdit={onEdit} />,
      },
    ],
    [t, format, shown, onShow, onEdit],
  );
  return (
    <Table
      label={t('gpuTypes')}
      rows={rows}
      columns={columns}
      rowKey={({ gpuName }) => gpuName}
      onOpen={({ gpuName }) => onShow(gpuName)}
    />
  );
};

/** Of one GB for an hour. */
const memoryPrice = (price: PriceSummary): number =>
  price.current_price / Math.max(1, gigabytes(price.gpu_memory_mb));

const trends = { up: TrendingUp, down: TrendingDown, stable: Minus };

const Change = ({ price }: { readonly price: PriceSummary }) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  if (price.change_percent === null || price.trend === null) {
    return (
      <span className="text-xs text-ink-muted">
        {t('insufficient', { samples: price.samples, needed: price.samples_needed })}
      </span>
    );
  }
  const Icon = trends[price.trend];
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon role="img" aria-label={t(`trend.${price.trend}`)} className="size-4 text-ink-muted" />
      {price.change_percent > 0 && '+'}
      {format.share(price.change_percent / 100)}
    </span>
  );
};

const Alerting = ({ row, onEdit }: { readonly row: GpuPrice } & Pick<PriceTableProps, 'onEdit'>) => {
  const { t } = useTranslation(['market', 'common']);
  const format = useFormat();
  const queryClient = useQueryClient();
  const { watch, price, gpuName } = row;
  const restore = (alertBelowUsd: number | null, projectId: string) =>
    api
      .createWatch({ body: { gpuName, alertBelowUsd, projectId } })
      .then(() => queryClient.invalidateQueries({ queryKey: watchQueries.all }), toast.error);
  const end = useMutation({
    mutationFn: (id: string) => api.deleteWatch({ params: { id } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: watchQueries.all });
      toast.ok(t('watch.ended', { name: gpuName }), {
        label: t('common:undo'),
        run: () => watch !== undefined && void restore(watch.alertBelowUsd, watch.projectId),
      });
    },
    onError: toast.error,
  });
  if (watch === undefined) {
    return (
      onEdit !== undefined && (
        <IconButton size="sm" label={t('watch.begin', { name: gpuName })} onClick={() => onEdit(row)}>
          <Eye aria-hidden />
        </IconButton>
      )
    );
  }
  const isBelow =
    watch.alertBelowUsd !== null && price !== undefined && price.min_price < watch.alertBelowUsd;
  const said =
    watch.alertBelowUsd === null
      ? t('watch.noAlert')
      : t('watch.below', { price: format.money(watch.alertBelowUsd, 'USD', { digits: 3 }) });
  return (
    <span className="flex items-center gap-1">
      {onEdit === undefined ? (
        said
      ) : (
        <button
          type="button"
          onClick={() => onEdit(row)}
          className="rounded-sm text-accent-ink underline-offset-4 hover:underline"
        >
          {said}
          <span className="sr-only"> ({gpuName})</span>
        </button>
      )}
      {isBelow && (
        <Badge tone="ok">
          <BellRing aria-hidden />
          {t('watch.isBelow')}
        </Badge>
      )}
      {onEdit !== undefined && (
        <IconButton
          size="sm"
          className="ml-auto"
          label={t('watch.end', { name: gpuName })}
          disabled={end.isPending}
          onClick={() => end.mutate(watch.id)}
        >
          <EyeOff aria-hidden />
        </IconButton>
      )}
    </span>
  );
};
