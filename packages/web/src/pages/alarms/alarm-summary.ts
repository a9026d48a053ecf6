import type { TFunction } from 'i18next';

type Texts = TFunction<'alarms'>;

/**
 * What an alarm says, from the few sentences in which the server writes it down when it fires; others are shown as
 * they are.
 */
export const explainSummary = (summary: string, t: Texts): string => {
  const gone = /^not seen again: (.+)$/s.exec(summary)?.[1];
  if (gone !== undefined) return t('summary.gone', { what: explainSummary(gone, t) });
  if (summary === 'no reading') return t('summary.noReading');
  const [, metric, value, rate, condition] = metricShape.exec(summary) ?? [];
  if (metric !== undefined)
    return t(rate === undefined ? 'summary.metric' : 'summary.rate', { metric, value, condition });
  const many = /^([a-z_]+(?:\.[a-z_]+)+), for many at once$/.exec(summary)?.[1];
  return many === undefined ? summary : t('summary.many', { event: many });
};

const metricShape = /^([a-zA-Z_:][^ ]*(?:\{.*\})?) is (\S+)( a second)? \(([<>=!]+ \S+)\)$/;
