import type { Instance } from '@dumont/contracts/machines/instances';
import { AlarmClockCheck, Moon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { formatCountdown } from '../../lib/countdown.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { secondsToSleep } from '../../lib/machine-states.ts';
import { useNow } from '../../lib/use-now.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { useKeepAlive } from './use-machine-acts.ts';

const keepMinutes = 30;

interface SleepCountdownProps {
  readonly machine: Instance;
}

/** When a running machine falls asleep if nothing happens, with what keeps it awake. */
export const SleepCountdown = ({ machine }: SleepCountdownProps) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const now = useNow(machine.status === 'running');
  const mayWrite = useMay('machines:write');
  const keep = useKeepAlive(machine);
  if (machine.status !== 'running') return null;
  const { keep_alive_until: keptUntil, idle_policy: policy } = machine;
  if (keptUntil !== null && Date.parse(keptUntil) > now) {
    return (
      <span className="inline-flex items-center gap-1.5 text-ink-muted [&_svg]:size-3.5">
        <AlarmClockCheck aria-hidden />
        {t('sleep.kept', { when: format.relative(keptUntil, now) })}
      </span>
    );
  }
  const seconds = secondsToSleep(machine, now);
  if (seconds === undefined) {
    return (
      <span className="text-ink-muted">
        {t(
          !policy.enabled
            ? 'sleep.never'
            : machine.last_heartbeat === null
              ? 'sleep.unknown'
              : 'sleep.working',
        )}
      </span>
    );
  }
  const isSoon = seconds <= policy.warning_seconds;
  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <span
        className={`inline-flex items-center gap-1.5 [&_svg]:size-3.5 ${isSoon ? 'font-medium text-warning' : ''}`}
      >
        <Moon aria-hidden />
        {t('sleep.in', { time: formatCountdown(seconds) })}
      </span>
      {mayWrite && (
        <Button size="sm" busy={keep.isPending} onClick={() => keep.mutate(keepMinutes)}>
          {t('keepAlive.action')}
        </Button>
      )}
    </span>
  );
};
