import { useQuery } from '@tanstack/react-query';
import type { Operation } from '@dumont/contracts/machines/operations';
import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { saidText } from '../../i18n/said-text.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { isRace, phasesOf } from '../../lib/machine-states.ts';
import { machineQueries } from '../../queries/machines.ts';
import { Alert } from '../../ui/alert.tsx';
import { Duration } from '../../ui/figures.tsx';
import { Section } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { reasonInWords } from './operation-words.ts';
import { RaceCandidates } from './race-candidates.tsx';

/** How far what is being done with a machine is: its phases, and the machines that race. */
export const OperationPanel = ({ operation }: { readonly operation: Operation }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const { kind, status, progress, seconds } = operation;
  const phases = phasesOf[kind];
  // A race that found nobody cleans up and goes back to the search.
  const at = phases.indexOf(status === 'cleanup' ? 'searching' : status);
  return (
    <Section
      title={t(`operation.${kind}`)}
      note={
        <>
          {reasonInWords(operation.reason, t)} ·{' '}
          <Duration from={operation.created_at} to={operation.finished_at} />
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <ol className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
          {phases.map((phase, index) => {
            const isDone = operation.finished_at !== null || index < at;
            const isNow = index === at && operation.finished_at === null;
            const took = seconds[phase];
            return (
              <li
                key={phase}
                {...(isNow ? { 'aria-current': 'step' as const } : {})}
                className={`inline-flex items-center gap-1.5 ${isNow ? 'font-medium text-running' : isDone ? 'text-ink' : 'text-ink-muted'}`}
              >
                <span
                  aria-hidden
                  className={`inline-flex size-4.5 items-center justify-center rounded-full text-2xs [&_svg]:size-3 ${isNow ? 'bg-running-soft' : isDone ? 'bg-ok-soft text-ok' : 'bg-neutral-soft'}`}
                >
                  {isDone ? <Check /> : index + 1}
                </span>
                {t(`phase.${isNow && status === 'cleanup' ? 'cleanup' : phase}`)}
                {took !== undefined && isDone && (
                  <span className="text-xs font-normal text-ink-muted">{format.duration(took)}</span>
                )}
              </li>
            );
          })}
        </ol>
        {progress.percent !== null && operation.finished_at === null && (
          <Progress label={t(`phase.${status}`)} value={progress.percent} figure />
        )}
        {operation.message !== null && (
          <Alert tone="warning">{saidText(operation.message_finding, operation.message)}</Alert>
        )}
        {isRace(operation) && <Race operation={operation} />}
      </div>
    </Section>
  );
};

/** The machines that race, as they are at this moment. */
export const Race = ({ operation }: { readonly operation: Operation }) => {
  const { t } = useTranslation('machines');
  const format = useFormat();
  const { data } = useQuery(machineQueries.operation(operation.instance_id, operation.id));
  const { offers_found: found, batch } = operation.progress;
  if (data === undefined) return <Skeleton className="h-40 w-full" />;
  if (operation.finished_at !== null && data.candidates.length === 0) return null;
  return (
    <div className="flex flex-col gap-2">
      <p className="text-xs text-ink-muted" role="status">
        {found === null
          ? t('race.looking')
          : t('race.summary', { count: found, batch: format.number(Math.max(1, batch)) })}
      </p>
      {data.candidates.length > 0 && <RaceCandidates candidates={data.candidates} />}
    </div>
  );
};
