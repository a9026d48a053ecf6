import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { JsonObject } from '@dumont/contracts/primitives';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/clock.ts';
import { applyRun } from '../../queries/apply-run.ts';
import { useProjectId } from '../../queries/session.ts';
import { toast } from '../../ui/toast.tsx';

/** Queues a run of a pipeline and goes to its page. */
export const useStartRun = () => {
  const { t } = useTranslation('pipelines');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const projectId = useProjectId();
  return useMutation({
    mutationFn: ({ pipelineId, params }: { readonly pipelineId: string; readonly params: JsonObject }) =>
      api.startRun({
        body: {
          kind: 'pipeline',
          subject: pipelineId,
          params,
          ...(projectId === undefined ? {} : { projectId }),
        },
        idempotencyKey: newIdempotencyKey(),
      }),
    onSuccess: (run) => {
      applyRun(queryClient, run);
      toast.ok(t('started', { number: run.number }));
      void navigate({ to: '/runs/$runId', params: { runId: run.id } });
    },
    onError: toast.error,
  });
};
