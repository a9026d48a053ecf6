import type { Alarm } from '@dumont/contracts/alarms/alarms';
import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toldText, toldTexts } from '../../i18n/said-text.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { Duration, RelativeTime } from '../../ui/figures.tsx';
import { StateBadge } from '../../ui/state-badge.tsx';
import { showRuleName } from './rule-text.ts';
import { SeverityBadge } from './severity-badge.tsx';

interface AlarmItemProps {
  readonly alarm: Alarm;
  readonly actions?: ReactNode;
}

/** One alarm with all that is known of it. */
export const AlarmItem = ({ alarm, actions }: AlarmItemProps) => {
  const { t } = useTranslation('alarms');
  const format = useFormat();
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <StateBadge plain state={alarm.state} />
          <SeverityBadge severity={alarm.severity} />
          <span className="font-medium text-ink">{showRuleName(alarm.ruleName, t)}</span>
        </p>
        <p className="mt-1 text-sm break-words text-ink-muted">
          {toldTexts(alarm.findings)}
          {alarm.value !== null && ` · ${t('value', { value: format.number(alarm.value, 4) })}`}
        </p>
        <p className="mt-0.5 text-xs text-ink-muted">
          {t('since')} <RelativeTime at={alarm.startedAt} />
          {alarm.resolvedAt !== null && (
            <>
              {` · ${t('lasted')} `}
              <Duration from={alarm.startedAt} to={alarm.resolvedAt} />
            </>
          )}
        </p>
        {alarm.acknowledgedAt !== null && (
          <p className="mt-1 flex items-start gap-1.5 text-xs text-ink-muted">
            <Check aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ok" />
            <span className="min-w-0 break-words">
              {t('acknowledged', { name: alarm.acknowledgedBy?.name ?? '–' })}{' '}
              <RelativeTime at={alarm.acknowledgedAt} />
              {alarm.note !== null && `: ${alarm.note}`}
            </span>
          </p>
        )}
        <Notifications alarm={alarm} />
      </div>
      {actions}
    </li>
  );
};

const Notifications = ({ alarm }: { readonly alarm: Alarm }) => {
  const { t } = useTranslation('alarms');
  if (alarm.notifications.length === 0) return null;
  return (
    <ul aria-label={t('notifications')} className="mt-1 text-xs text-ink-muted">
      {alarm.notifications.map(({ channel, target, state, attempts, error }) => (
        <li key={`${channel} ${target}`} className="break-words">
          {t(`channel.${channel}`)} {target}:{' '}
          <span className={state === 'failed' ? 'text-danger' : state === 'sent' ? 'text-ok' : ''}>
            {t(`notification.${state}`)}
          </span>
          {attempts > 1 && ` (${t('attempts', { count: attempts })})`}
          {error !== null && `: ${toldText(error)}`}
        </li>
      ))}
    </ul>
  );
};
