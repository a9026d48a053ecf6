import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';

/** The slowest that the gateway tells apart. */
const measuredMs = 10_000;

/** `250 ms`, `2.5 s`, `> 10 s`; a dash for no request at all. */
export const useLatency = (): ((ms: number | null) => string) => {
  const { t } = useTranslation('services');
  const format = useFormat();
  return useCallback(
    (ms) => {
      if (ms === null) return '–';
      if (ms > measuredMs) return t('slower', { seconds: format.number(measuredMs / 1000) });
      return ms < 1000 ? `${format.number(ms, ms < 10 ? 1 : 0)} ms` : `${format.number(ms / 1000, 1)} s`;
    },
    [t, format],
  );
};

/** `≤ 250 ms`: a quantile is known by the class of times in which it lies, and told by the end of that. */
export const useLatencyBound = (): ((ms: number | null) => string) => {
  const latency = useLatency();
  return useCallback((ms) => (ms === null || ms > measuredMs ? latency(ms) : `≤ ${latency(ms)}`), [latency]);
};
