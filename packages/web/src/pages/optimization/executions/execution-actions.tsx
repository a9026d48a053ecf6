import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { Ban, FolderPlus, RotateCw, StepForward, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { isOpen } from '../../../lib/execution-states.ts';
import { applyExecution } from '../../../queries/apply-execution.ts';
import { executionQueries, instanceQueries, optimizationQueries } from '../../../queries/optimization.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';

const SolveDialog = lazy(() => import('../../../features/optimization/solve-dialog.tsx'));
const RelaunchDialog = lazy(() => import('./relaunch-dialog.tsx'));
const KeepCaseDialog = lazy(() => import('../cases/keep-case-dialog.tsx'));

/** Stop while it works; solve on from its solution, solve again, keep as a case or delete after. */
export const ExecutionActions = ({ execution }: { readonly execution: Execution }) => {
  const { t } = useTranslation('optimization');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay('optimization:write');
  const [open, setOpen] = useState<'stop' | 'solveOn' | 'relaunch' | 'keep' | 'delete'>();
  const { id, name, app, instanceId, objective } = execution;
  const apps = useQuery(optimizationQueries.apps()).data;
  const instance = useQuery(instanceQueries.detail(instanceId)).data;
  if (!mayWrite) return null;
  const close = () => setOpen(undefined);
  const isAtWork = isOpen(execution);
  const mayGoOn = objective !== null && apps?.items.find((each) => each.id === app)?.warmStart;
  return (
    <>
      <Button onClick={() => setOpen('delete')}>
        <Trash2 aria-hidden />
        {t('delete')}
      </Button>
      {isAtWork ? (
        <Button onClick={() => setOpen('stop')}>
          <Ban aria-hidden />
          {t('stop')}
        </Button>
      ) : (
        <>
          <Button onClick={() => setOpen('keep')}>
            <FolderPlus aria-hidden />
            {t('keep')}
          </Button>
          {mayGoOn && instance !== undefined && (
            <Button onClick={() => setOpen('solveOn')}>
              <StepForward aria-hidden />
              {t('solve.on')}
            </Button>
          )}
          <Button variant="primary" onClick={() => setOpen('relaunch')}>
            <RotateCw aria-hidden />
            {t('relaunch.action')}
          </Button>
        </>
      )}
      {open === 'stop' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('stopTitle', { name })}
          consequence={t('stopText')}
          action={t('stop')}
          keep={t('stopKeep')}
          onConfirm={async () => {
            applyExecution(queryClient, await api.stopExecution({ params: { id } }));
            toast.ok(t('stopped', { name }));
          }}
        />
      )}
      {open === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('deleteTitle', { name })}
          consequence={t(isAtWork ? 'deleteTextAtWork' : 'deleteText')}
          action={t('delete')}
          onConfirm={async () => {
            await api.deleteExecution({ params: { id } });
            await navigate({ to: '/optimization', search: {} });
            queryClient.removeQueries({ queryKey: executionQueries.detail(id).queryKey });
            await queryClient.invalidateQueries({ queryKey: executionQueries.lists });
            toast.ok(t('deleted', { name }));
          }}
        />
      )}
      <Suspense fallback={null}>
        {open === 'relaunch' && <RelaunchDialog execution={execution} onClose={close} />}
        {open === 'solveOn' && instance !== undefined && (
          <SolveDialog instance={instance} start={id} onClose={close} />
        )}
        {open === 'keep' && <KeepCaseDialog from={execution} onClose={close} />}
      </Suspense>
    </>
  );
};
