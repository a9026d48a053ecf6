import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Stats } from '@dumont/contracts/runs/stats';
import { BellRing, CircleCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../lib/format/use-format.ts';
import { alarmQueries } from '../../queries/alarms.ts';
import { useMay, useProjectId } from '../../queries/session.ts';
import { Stat, StatRow } from '../../ui/page.tsx';
import { places } from '../../app/navigation.ts';

/** The figures that ten minutes are enough for. */
export const HomeStats = ({ stats }: { readonly stats: Stats }) => {
  const { t } = useTranslation('home');
  const format = useFormat();
  const { today, duration } = stats;
  const ended = today.succeeded + today.failed;
  return (
    <StatRow>
      <Stat
        label={t('active')}
        value={format.number(today.active)}
        detail={today.active === 0 ? t('activeNone') : <ActiveLink />}
      />
      <Stat
        label={t('runsToday')}
        value={format.number(today.total)}
        detail={t('runsTodayDetail', {
          succeeded: format.number(today.succeeded),
          failed: format.number(today.failed),
        })}
      />
      <Stat
        label={t('successRate')}
        value={today.successRate === null ? '–' : format.share(today.successRate)}
        detail={
          today.successRate === null
            ? t('successRateNone')
            : t('successRateDetail', { formatted: format.number(ended) })
        }
      />
      <Stat
        label={t('meanTime')}
        value={duration.meanSeconds === null ? '–' : format.duration(duration.meanSeconds)}
        detail={
          duration.p95Seconds === null
            ? t('meanTimeNone')
            : t('meanTimeDetail', { p95: format.duration(duration.p95Seconds) })
        }
      />
      <AlarmStat />
    </StatRow>
  );
};

const ActiveLink = () => {
  const { t } = useTranslation('home');
  return (
    <Link
      to="/runs"
      search={{ state: 'queued,starting,running' }}
      className="text-accent-ink underline-offset-4 hover:underline"
    >
      {t('activeSome')}
    </Link>
  );
};

const AlarmStat = () => {
  const { t } = useTranslation('home');
  const format = useFormat();
  const allowed = useMay('alarms:read');
  const projectId = useProjectId();
  const { data } = useQuery({ ...alarmQueries.firing(projectId), enabled: allowed });
  if (!allowed) return null;
  const count = data?.items.length;
  return (
    <Stat
      label={t('alarms')}
      mark={
        count !== undefined &&
        (count > 0 ? (
          <BellRing aria-hidden className="text-danger" />
        ) : (
          <CircleCheck aria-hidden className="text-ok" />
        ))
      }
      value={count === undefined ? '–' : format.number(count)}
      detail={
        count === undefined || count === 0 ? (
          count === 0 && t('alarmsNone')
        ) : (
          <Link to={places.alarms} className="text-accent-ink underline-offset-4 hover:underline">
            {t('alarmsSome')}
          </Link>
        )
      }
    />
  );
};
