import type { Offer } from '@dumont/contracts/market/offers';
import { BadgeCheck } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { gigabytes } from '../../lib/gigabytes.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { Badge } from '../../ui/badge.tsx';
import { Money } from '../../ui/figures.tsx';
import type { Column } from '../../ui/table.tsx';
import { Tooltip } from '../../ui/tooltip.tsx';
import { HostHistory } from './host-history.tsx';

/** Columns of a list of offers, the one that matters most first. */
export const useOfferColumns = (): readonly Column<Offer>[] => {
  const { t } = useTranslation('market');
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: 'gpu',
        header: t('column.gpu'),
        sortBy: (offer) => offer.gpu_name,
        cell: (offer) => (
          <span className="flex items-center gap-2">
            <span className={offer.is_blacklisted ? 'opacity-60' : ''}>
              <span className="block font-medium text-ink">
                {offer.num_gpus}× {offer.gpu_name}
              </span>
              <span className="block text-xs text-ink-muted">
                {format.number(gigabytes(offer.gpu_ram))} GB
                {offer.cuda_version !== null && ` · CUDA ${format.number(offer.cuda_version, 1)}`}
                <span className="sm:hidden">{offer.geolocation !== null && ` · ${offer.geolocation}`}</span>
              </span>
            </span>
            {offer.is_blacklisted && <Badge tone="warning">{t('blacklist.listed')}</Badge>}
          </span>
        ),
      },
      {
        id: 'price',
        header: t('column.price'),
        align: 'right',
        sortBy: (offer) => offer.dph_total,
        cell: (offer) => (
          <span className="font-medium">
            <Money amount={offer.dph_total} currency="USD" per="h" digits={3} />
          </span>
        ),
      },
      {
        id: 'machine',
        header: t('column.machine'),
        hideBelow: 'lg',
        sortBy: (offer) => offer.cpu_cores,
        cell: (offer) => (
          <>
            <span className="block">
              {t('vcpus', { formatted: format.number(offer.cpu_cores, 1) })} ·{' '}
              {format.number(gigabytes(offer.cpu_ram))} GB
            </span>
            <span className="block max-w-48 truncate text-xs text-ink-muted">{offer.cpu_name ?? '–'}</span>
          </>
        ),
      },
      {
        id: 'disk',
        header: t('column.disk'),
        hideBelow: 'xl',
        align: 'right',
        sortBy: (offer) => offer.disk_space,
        cell: (offer) => `${format.number(offer.disk_space)} GB`,
      },
      {
        id: 'link',
        header: t('column.link'),
        hideBelow: 'md',
        align: 'right',
        sortBy: (offer) => offer.inet_down,
        cell: (offer) => (
          <>
            <span className="block">{format.number(offer.inet_down)} Mb/s</span>
            <span className="block text-xs text-ink-muted">
              {t('up', { formatted: format.number(offer.inet_up) })}
            </span>
          </>
        ),
      },
      {
        id: 'place',
        header: t('column.place'),
        hideBelow: 'sm',
        sortBy: (offer) => offer.geolocation,
        cell: (offer) => offer.geolocation ?? '–',
      },
      {
        id: 'reliability',
        header: t('column.reliability'),
        hideBelow: 'md',
        align: 'right',
        sortBy: (offer) => offer.reliability,
        cell: (offer) => (
          <span className="inline-flex items-center gap-1.5">
            {offer.reliability === null ? '–' : format.share(offer.reliability)}
            {offer.verified ? (
              <Tooltip content={t('verified')}>
                <BadgeCheck role="img" aria-label={t('verified')} className="size-4 text-ok" />
              </Tooltip>
            ) : (
              <span className="size-4" />
            )}
          </span>
        ),
      },
      {
        id: 'history',
        header: t('column.history'),
        hideBelow: 'lg',
        sortBy: (offer) => offer.success_rate,
        cell: (offer) => <HostHistory offer={offer} />,
      },
    ],
    [t, format],
  );
};
