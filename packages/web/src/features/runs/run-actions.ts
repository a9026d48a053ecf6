import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { JsonObject } from '@dumont/contracts/primitives';
import type { Run } from '@dumont/contracts/runs/runs';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/clock.ts';
import { applyRun } from '../../queries/apply-run.ts';
import { toast } from '../../ui/toast.tsx';

/** Starts a run again; the toast leads to the new one. Errors are the caller's to show. */
export const useRerun = () => {
  const { t } = useTranslation('runs');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ run, params }: { readonly run: Run; readonly params?: JsonObject }) =>
      api.rerunRun({
        params: { id: run.id },
        body: params === undefined ? {} : { params },
        idempotencyKey: newIdempotencyKey(),
      }),
    onSuccess: (run) => {
      applyRun(queryClient, run);
      toast.ok(t('rerunStarted', { number: run.number }), {
        label: t('open'),
        run: () => void navigate({ to: '/runs/$runId', params: { runId: run.id } }),
      });
    },
  });
};

export const useCancelRun = () => {
  const { t } = useTranslation('runs');
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (run: Run) => api.cancelRun({ params: { id: run.id } }),
    onSuccess: (run) => {
      applyRun(queryClient, run);
      toast.ok(t('cancelled', { number: run.number }));
    },
  });
};
