import type { Run } from '@dumont/contracts/runs/runs';
import { Ban, PencilLine, RotateCw } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '../../app/commands.ts';
import { useCancelRun, useRerun } from '../../features/runs/run-actions.ts';
import { isActive } from '../../lib/run-states.ts';
import { useMay } from '../../queries/session.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { toast } from '../../ui/toast.tsx';

const RerunDialog = lazy(() => import('./rerun-dialog.tsx'));

/** Cancel while it runs; run again, as it was or with changes, after. The palette offers the same. */
export const RunActions = ({ run }: { readonly run: Run }) => {
  const { t } = useTranslation('runs');
  const allowed = useMay('runs:write');
  const [dialog, setDialog] = useState<'cancel' | 'edit' | null>(null);
  const rerun = useRerun();
  const cancel = useCancelRun();
  const active = isActive(run);
  const cancelling = active && run.cancelRequestedAt !== null;
  const { mutate: startAgain } = rerun;

  const commands = useMemo(() => {
    if (!allowed) return [];
    return [
      ...(active && !cancelling
        ? [{ id: 'cancel', label: t('cancel'), icon: Ban, run: () => setDialog('cancel') }]
        : []),
      {
        id: 'rerun',
        label: t('rerun'),
        icon: RotateCw,
        run: () => startAgain({ run }, { onError: toast.error }),
      },
      { id: 'edit', label: t('rerunEdited'), icon: PencilLine, run: () => setDialog('edit') },
    ];
  }, [allowed, active, cancelling, t, run, startAgain]);
  useCommands('run', commands);

  if (!allowed) return null;
  return (
    <>
      {active && (
        <Button disabled={cancelling} onClick={() => setDialog('cancel')}>
          <Ban aria-hidden />
          {t(cancelling ? 'cancelling' : 'cancel')}
        </Button>
      )}
      <Button variant="secondary" onClick={() => setDialog('edit')}>
        <PencilLine aria-hidden />
        {t('rerunEdited')}
      </Button>
      {!active && (
        <Button
          variant="primary"
          busy={rerun.isPending}
          onClick={() => rerun.mutate({ run }, { onError: toast.error })}
        >
          <RotateCw aria-hidden />
          {t('rerun')}
        </Button>
      )}
      <ConfirmDialog
        open={dialog === 'cancel'}
        onOpenChange={(open) => setDialog(open ? 'cancel' : null)}
        title={t('cancelTitle', { number: run.number, subject: run.subject })}
        consequence={t('cancelText')}
        action={t('cancel')}
        keep={t('cancelKeep')}
        onConfirm={() => cancel.mutateAsync(run)}
      />
      {dialog === 'edit' && (
        <Suspense fallback={null}>
          <RerunDialog run={run} onClose={() => setDialog(null)} />
        </Suspense>
      )}
    </>
  );
};
