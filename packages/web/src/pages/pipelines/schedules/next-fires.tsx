import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { errorText } from '../../../i18n/error-text.ts';
import { useFormat } from '../../../lib/format/use-format.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { scheduleQueries } from '../../../queries/schedules.ts';
import { Skeleton } from '../../../ui/states.tsx';
import { cronInWords } from './cron-words.ts';

interface NextFiresProps {
  readonly cron: string;
  readonly timeZone: string;
  readonly businessDaysOnly: boolean;
}

const shownFires = 4;

/** What a schedule means: in words where it can be said, and its next times as the server counts them. */
export const NextFires = ({ cron, timeZone, businessDaysOnly }: NextFiresProps) => {
  const { t } = useTranslation('pipelines');
  const { locale } = useFormat();
  const settled = useSettled(cron);
  const zone = useSettled(timeZone);
  const preview = useQuery({
    ...scheduleQueries.preview(settled, zone, businessDaysOnly),
    enabled: settled !== '' && zone !== '',
  });
  const words = cronInWords(cron, t, locale);
  const fires = preview.data?.fires.slice(0, shownFires);

  return (
    <div aria-live="polite" className="rounded-md border border-line bg-canvas px-3 py-2.5 text-sm">
      {words !== undefined && (
        <p className="font-medium text-ink">
          {words}
          {businessDaysOnly && ` · ${t('schedule.businessDays')}`}
        </p>
      )}
      {preview.isError ? (
        <p className="text-danger">{errorText(preview.error)}</p>
      ) : (
        <>
          <p className="text-xs text-ink-muted">{t('schedule.nextFires')}</p>
          {fires === undefined && <Skeleton className="mt-1 h-16 w-48" />}
          {fires?.length === 0 && <p>{t('schedule.nextNone')}</p>}
          <ul className="text-xs leading-5">
            {fires?.map((at) => (
              <li key={at}>
                {new Intl.DateTimeFormat(locale, {
                  weekday: 'short',
                  day: '2-digit',
                  month: 'short',
                  year: 'numeric',
                  hour: '2-digit',
                  minute: '2-digit',
                  timeZoneName: 'short',
                  timeZone: zone,
                }).format(new Date(at))}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
};
