import type { Offer } from '@dumont/contracts/market/offers';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { Badge, type BadgeTone } from '../../ui/badge.tsx';

const tones: Record<Offer['reliability_status'], BadgeTone> = {
  unknown: 'neutral',
  poor: 'danger',
  fair: 'warning',
  good: 'ok',
  excellent: 'ok',
};

type HostRecord = Pick<Offer, 'reliability_status' | 'success_rate' | 'total_attempts'>;

/** What came of our own attempts on a host; a dash before the first. */
export const HostHistory = ({ offer }: { readonly offer: HostRecord }) => {
  const { t } = useTranslation('market');
  const format = useFormat();
  const { total_attempts: attempts, success_rate: rate, reliability_status: status } = offer;
  if (rate === null) return <span className="text-ink-muted">{t('history.none')}</span>;
  return (
    <span className="inline-flex items-center gap-2">
      {status !== 'unknown' && <Badge tone={tones[status]}>{t(`history.${status}`)}</Badge>}
      <span className="text-xs text-ink-muted">
        {t('history.attempts', {
          usable: format.number(Math.round(rate * attempts)),
          count: attempts,
        })}
      </span>
    </span>
  );
};
