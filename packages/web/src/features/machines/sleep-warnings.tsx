import { Link, useRouterState } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/machines/instances';
import { Moon, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatCountdown } from '../../lib/countdown.ts';
import { secondsToSleep } from '../../lib/machine-states.ts';
import { useNow } from '../../lib/use-now.ts';
import { useMachines } from '../../queries/machines.ts';
import { useMay, useMe } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { useKeepAlive } from './use-machine-acts.ts';

const keepMinutes = 30;

/** Machines of one's own that are about to fall asleep, wherever in the console one is: time to say no. */
const SleepWarnings = () => {
  const { t } = useTranslation('machines');
  const me = useMe();
  const mayWrite = useMay('machines:write');
  const machines = useMachines().data?.instances ?? [];
  const path = useRouterState({ select: (state) => state.location.pathname });
  const idle = machines.filter(
    ({ id, status, owner_id: owner, will_hibernate_at: at }) =>
      status === 'running' &&
      at !== null &&
      (owner === null || owner === me.id) &&
      // Its own page says so itself.
      !path.endsWith(id),
  );
  const now = useNow(idle.length > 0);
  /** What is dismissed comes again with the next time that the machine is idle. */
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const keyOf = ({ id, idle_since: since }: Instance) => `${id} ${since}`;
  const soon = idle.filter(
    (machine) =>
      (secondsToSleep(machine, now) ?? Infinity) <= machine.idle_policy.warning_seconds &&
      !dismissed.includes(keyOf(machine)),
  );
  return (
    <div role="status" className="shrink-0">
      <ul aria-label={t('sleep.warnings')}>
        {soon.map((machine) => (
          <li
            key={machine.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-warning-soft px-4 py-1.5 text-sm text-warning"
          >
            <Moon aria-hidden className="size-4 shrink-0" />
            <span className="min-w-0 flex-1">
              <Link
                to="/machines/$machineId"
                params={{ machineId: machine.id }}
                search={{}}
                className="font-medium underline underline-offset-4"
              >
                {machine.label}
              </Link>{' '}
              {t('sleep.falling')} {/* Not the ticking figure: it would be read aloud every second. */}
              <span aria-hidden>({formatCountdown(secondsToSleep(machine, now) ?? 0)})</span>
            </span>
            {mayWrite && <KeepButton machine={machine} />}
            <IconButton
              size="sm"
              label={t('sleep.dismiss', { name: machine.label })}
              onClick={() => setDismissed([...dismissed, keyOf(machine)])}
            >
              <X aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  );
};

const KeepButton = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const keep = useKeepAlive(machine);
  return (
    <Button size="sm" busy={keep.isPending} onClick={() => keep.mutate(keepMinutes)}>
      {t('keepAlive.action')}
    </Button>
  );
};

export default SleepWarnings;
