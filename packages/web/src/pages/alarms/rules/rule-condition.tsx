import type { AlarmRule } from '@dumont/contracts/alarms/alarms';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../lib/format/use-format.ts';

/** When a rule holds, in one line. */
export const RuleCondition = ({ rule }: { readonly rule: AlarmRule }) => {
  const { t } = useTranslation('alarms');
  const format = useFormat();
  const { condition, lastValue } = rule;
  if (condition.type === 'event') {
    const { event, subject } = condition;
    return subject === undefined
      ? t('rule.when.event', { event })
      : t('rule.when.eventOf', { event, subject });
  }
  const labels = Object.entries(condition.labels).map(([name, value]) => `${name}="${value}"`);
  const metric = `${condition.metric}${labels.length === 0 ? '' : `{${labels.join(', ')}}`}`;
  return [
    t(condition.reading === 'rate' ? 'rule.when.rate' : 'rule.when.metric', {
      metric,
      operator: condition.operator,
      threshold: format.number(condition.threshold, 6),
    }),
    condition.forSeconds > 0 && t('rule.when.for', { duration: format.duration(condition.forSeconds) }),
    lastValue !== null && `(${t('rule.lastValue', { value: format.number(lastValue, 4) })})`,
  ]
    .filter(Boolean)
    .join(' ');
};
