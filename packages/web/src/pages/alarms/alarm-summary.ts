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
  if (metric !== undefined) {
    const [name = '', labels = ''] = metric.split(/(?=\{)/);
    // Rules may be about any metric; those of the rules that ship have words.
    const known = t(`summary.metricName.${name as 'dumont_error_ratio'}`, { defaultValue: name });
    const said = {
      metric: known === name || labels === '' ? known + labels : `${known} ${labels}`,
      value,
      condition,
    };
    return t(rate === undefined ? 'summary.metric' : 'summary.rate', said);
  }
  const [, event, subject] = eventShape.exec(summary) ?? [];
  if (event === undefined) return summary;
  // Rules may name any event; those of the rules that ship have words.
  const known = t(`summary.event.${event.replace('.', '_') as 'run_failed'}`, { defaultValue: event });
  return subject === undefined
    ? t('summary.many', { event: known })
    : t('summary.of', { event: known, subject });
};

const eventShape = /^([a-z_]+(?:\.[a-z_]+)+)(?:, for many at once|: (.+))$/s;
const metricShape = /^([a-zA-Z_:][^ ]*(?:\{.*\})?) is (\S+)( a second)? \(([<>=!]+ \S+)\)$/;
