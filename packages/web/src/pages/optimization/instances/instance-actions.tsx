import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Instance } from '@dumont/contracts/optimization/instances';
import { FolderPlus, Play, Table2, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../../lib/api.ts';
import { executionQueries, instanceQueries, optimizationQueries } from '../../../queries/optimization.ts';
import { useMay } from '../../../queries/session.ts';
import { Button } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { toast } from '../../../ui/toast.tsx';

const SolveDialog = lazy(() => import('../../../features/optimization/solve-dialog.tsx'));
const EditDialog = lazy(() => import('./edit-dialog.tsx'));
const KeepCaseDialog = lazy(() => import('../cases/keep-case-dialog.tsx'));

/** Solve it, edit it as a new one, keep it as a case, delete it. */
export const InstanceActions = ({ instance }: { readonly instance: Instance }) => {
  const { t } = useTranslation('optimization');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const mayWrite = useMay('optimization:write');
  const apps = useQuery(optimizationQueries.apps()).data;
  const [open, setOpen] = useState<'solve' | 'edit' | 'keep' | 'delete'>();
  if (!mayWrite) return null;
  const { id, name } = instance;
  const close = () => setOpen(undefined);
  const isStartable = apps?.items.find((app) => app.id === instance.app)?.startable ?? apps === undefined;
  return (
    <>
      <Button onClick={() => setOpen('delete')}>
        <Trash2 aria-hidden />
        {t('delete')}
      </Button>
      <Button onClick={() => setOpen('keep')}>
        <FolderPlus aria-hidden />
        {t('keep')}
      </Button>
      <Button onClick={() => setOpen('edit')}>
        <Table2 aria-hidden />
        {t('instance.edit')}
      </Button>
      <Button variant="primary" disabled={!isStartable} onClick={() => setOpen('solve')}>
        <Play aria-hidden />
        {t('solve.action')}
      </Button>
      {open === 'delete' && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={t('instance.deleteTitle', { name })}
          consequence={t('instance.deleteText')}
          action={t('delete')}
          onConfirm={async () => {
            await api.deleteProblemInstance({ params: { id } });
            await navigate({ to: '/optimization', search: { tab: 'instances' } });
            queryClient.removeQueries({ queryKey: instanceQueries.detail(id).queryKey });
            await Promise.all(
              [instanceQueries.lists, executionQueries.lists].map((queryKey) =>
                queryClient.invalidateQueries({ queryKey }),
              ),
            );
            toast.ok(t('deleted', { name }));
          }}
        />
      )}
      <Suspense fallback={null}>
        {open === 'solve' && <SolveDialog instance={instance} onClose={close} />}
        {open === 'edit' && <EditDialog instance={instance} onClose={close} />}
        {open === 'keep' && <KeepCaseDialog from={instance} onClose={close} />}
      </Suspense>
    </>
  );
};
