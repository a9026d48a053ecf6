import type { Instance } from '@dumont/contracts/machines/instances';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdoptDialog } from '../../features/machines/adopt-dialog.tsx';
import { OperationPanel, Race } from '../../features/machines/operation-panel.tsx';
import { useKeepAlive } from '../../features/machines/use-machine-acts.ts';
import { failureText, saidText } from '../../i18n/said-text.ts';
import { api } from '../../lib/api.ts';
import { formatCountdown } from '../../lib/countdown.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { currentOperation, isRace, secondsToSleep } from '../../lib/machine-states.ts';
import { useNow } from '../../lib/use-now.ts';
import { useMay } from '../../queries/session.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';

const keepMinutes = 30;

/** What about this machine has to be known now: what is being done, what went wrong, that it is about to sleep. */
export const MachineNotices = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const current = currentOperation(machine);
  const last = machine.operation;
  const hasFailed = current === undefined && last?.status === 'failed';
  return (
    <>
      {current !== undefined && <OperationPanel operation={current} />}
      {hasFailed && (
        <Alert tone="danger" live={false}>
          <p className="font-medium">{t('failed', { what: t(`operation.${last.kind}`) })}</p>
          {last.error !== null && <p className="mt-0.5">{failureText(last)}</p>}
        </Alert>
      )}
      {hasFailed && isRace(last) && <Race operation={last} />}
      {machine.problem !== null && machine.problem !== last?.error && !machine.adoptable && (
        <Alert tone="warning" live={false}>
          {t('problem', { problem: saidText(machine.problem_finding, machine.problem) })}
        </Alert>
      )}
      {current === undefined && machine.adoptable && <AdoptNotice machine={machine} />}
      {current === undefined && <SleepWarning machine={machine} />}
    </>
  );
};

const AdoptNotice = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const mayWrite = useMay('machines:write');
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Alert
        tone="warning"
        live={false}
        action={
          mayWrite && (
            <Button size="sm" onClick={() => setAsking(true)}>
              {t('adopt.action')}
            </Button>
          )
        }
      >
        {t('adopt.notice', { price: format.money(machine.dph_total, 'USD', { digits: 3 }) })}
      </Alert>
      {isAsking && (
        <AdoptDialog
          name={machine.label}
          isKeyKnown={machine.ssh_host_key !== null}
          adopt={() => api.adoptInstance({ params: { id: machine.id } })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
};

const SleepWarning = ({ machine }: { readonly machine: Instance }) => {
  const { t } = useTranslation('machines');
  const now = useNow(machine.will_hibernate_at !== null);
  const mayWrite = useMay('machines:write');
  const keep = useKeepAlive(machine);
  const seconds = machine.status === 'running' ? secondsToSleep(machine, now) : undefined;
  if (seconds === undefined || seconds > machine.idle_policy.warning_seconds) return null;
  return (
    <Alert
      tone="warning"
      action={
        mayWrite && (
          <Button size="sm" busy={keep.isPending} onClick={() => keep.mutate(keepMinutes)}>
            {t('keepAlive.action')}
          </Button>
        )
      }
    >
      {/* Not the ticking figure: it would be read aloud every second. */}
      {t('sleep.soon')} <span aria-hidden>({formatCountdown(seconds)})</span>
    </Alert>
  );
};
