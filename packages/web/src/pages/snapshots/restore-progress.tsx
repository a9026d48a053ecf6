import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { SnapshotRestore } from '@dumont/contracts/snapshots/snapshots';
import { CircleCheck, CircleDashed, LoaderCircle, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { MachineName } from '../../features/snapshots/machine-name.tsx';
import { failureText } from '../../i18n/said-text.ts';
import { useFormat } from '../../lib/format/use-format.ts';
import { snapshotQueries } from '../../queries/snapshots.ts';
import { Alert } from '../../ui/alert.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Section } from '../../ui/page.tsx';
import { Progress } from '../../ui/progress.tsx';
import { QueryView, Skeleton } from '../../ui/states.tsx';

const route = getRouteApi('/app/snapshots/$snapshotId');
const steps = ['first_command', 'hot_set', 'complete', 'verified'] as const;

interface RestoreProgressProps {
  readonly id: string;
  /** Of the whole snapshot. */
  readonly totalBytes: number | null;
}

/** How far a restore is, and how long each of its parts took. */
export const RestoreProgress = ({ id, totalBytes }: RestoreProgressProps) => {
  const { t } = useTranslation(['snapshots', 'common']);
  const { snapshotId } = route.useParams();
  const navigate = useNavigate();
  const restore = useQuery(snapshotQueries.restore(id));
  return (
    <Section
      title={t('restore.progress')}
      {...(restore.data === undefined ? {} : { note: <RestoreTarget restore={restore.data} /> })}
      actions={
        <IconButton
          size="sm"
          label={t('common:close')}
          onClick={() => void navigate({ to: '/snapshots/$snapshotId', params: { snapshotId }, search: {} })}
        >
          <X aria-hidden />
        </IconButton>
      }
    >
      <QueryView query={restore} skeleton={<Skeleton className="h-20 w-full" />}>
        {(data) => <Steps restore={data} totalBytes={totalBytes} />}
      </QueryView>
    </Section>
  );
};

const RestoreTarget = ({ restore }: { readonly restore: SnapshotRestore }) => (
  <span className="inline-flex items-center gap-1.5">
    <MachineName id={restore.instance_id} />
    <code className="font-mono">{restore.target_path}</code>
  </span>
);

interface StepsProps {
  readonly restore: SnapshotRestore;
  readonly totalBytes: number | null;
}

const Steps = ({ restore, totalBytes }: StepsProps) => {
  const { t } = useTranslation('snapshots');
  const format = useFormat();
  const isWorking = restore.state === 'restoring';
  const done = restore.bytes_restored;
  const percent =
    done === null || totalBytes === null || totalBytes === 0
      ? null
      : Math.min(100, (100 * done) / totalBytes);
  // Without comparing there is no such step.
  const shown = steps.filter(
    (step) => step !== 'verified' || restore.state !== 'complete' || restore.verified_seconds !== null,
  );
  const next = steps.find((step) => restore[`${step}_seconds`] === null);
  return (
    <div className="flex flex-col gap-4">
      {isWorking && <Progress label={t('restore.progress')} value={percent} figure />}
      {restore.state === 'failed' && (
        <Alert tone="danger">
          <p className="font-medium">{t('restore.failed')}</p>
          {restore.error !== null && (
            <p className="mt-0.5 font-mono text-xs break-words">{failureText(restore)}</p>
          )}
        </Alert>
      )}
      <ol className="grid grid-cols-1 gap-3 sm:grid-cols-2 xl:grid-cols-4">
        {shown.map((step) => {
          const seconds = restore[`${step}_seconds`];
          const isNow = isWorking && step === next;
          const Icon = seconds === null ? (isNow ? LoaderCircle : CircleDashed) : CircleCheck;
          return (
            <li key={step} className="flex items-start gap-2 text-sm">
              <Icon
                aria-hidden
                className={`mt-0.5 size-4 shrink-0 ${seconds === null ? (isNow ? 'animate-spin text-running' : 'text-ink-faint') : 'text-ok'}`}
              />
              <span>
                <span className="block font-medium">{t(`restore.step.${step}`)}</span>
                <span className="block text-ink-muted">
                  {seconds === null
                    ? t(isNow ? 'restore.now' : 'restore.notYet')
                    : t('restore.after', { time: format.duration(seconds) })}
                </span>
              </span>
            </li>
          );
        })}
      </ol>
      {done !== null && (
        <p className="text-sm text-ink-muted">
          {t('restore.sum', {
            files: format.number(restore.files_restored ?? 0),
            size: format.bytes(done),
          })}
          {restore.megabytes_per_second !== null &&
            ` · ${t('rate', { size: format.bytes(restore.megabytes_per_second * 1e6) })}`}
        </p>
      )}
      {restore.errors.length > 0 && (
        <Alert tone="warning" live={false}>
          <p className="font-medium">{t('restore.errors')}</p>
          <ul className="mt-1 list-disc pl-4 font-mono text-xs">
            {restore.errors.map((error) => (
              <li key={error} className="break-words">
                {error}
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </div>
  );
};
