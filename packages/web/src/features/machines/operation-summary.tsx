import type { Operation } from '@dumont/contracts/machines/operations';
import { useTranslation } from 'react-i18next';
import { Duration } from '../../ui/figures.tsx';
import { Progress } from '../../ui/progress.tsx';

/** What is being done with a machine, in one line. */
export const OperationSummary = ({ operation }: { readonly operation: Operation }) => {
  const { t } = useTranslation('machines');
  const { progress, status } = operation;
  return (
    <span className="flex max-w-34 min-w-0 items-center gap-2 text-xs text-ink-muted sm:max-w-72">
      <span className="truncate">
        {t(`phase.${status}`)}
        {status === 'waiting' && ` (${t('race.of', { count: progress.machines_created })})`}
      </span>
      {progress.percent !== null && (
        <span className="hidden w-24 shrink-0 sm:block">
          <Progress label={t(`phase.${status}`)} value={progress.percent} figure />
        </span>
      )}
      <Duration from={operation.created_at} to={operation.finished_at} />
    </span>
  );
};
