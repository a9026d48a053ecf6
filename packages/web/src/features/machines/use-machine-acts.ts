import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Instance } from '@dumont/contracts/machines/instances';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { useTranslation } from 'react-i18next';
import { api } from '../../lib/api.ts';
import { machineQueries } from '../../queries/machines.ts';
import { toast } from '../../ui/toast.tsx';

type WakeRequest = NonNullable<RouteInput<Routes['wakeInstance']>['body']>;
type MigrateRequest = RouteInput<Routes['migrateInstance']>['body'];

/** What is asked of one machine. Each only begins: the machine itself shows how far it is. */
export const useMachineActs = ({ id }: Pick<Instance, 'id'>) => {
  const queryClient = useQueryClient();
  const begun = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await answer;
    await queryClient.invalidateQueries({ queryKey: machineQueries.all });
    return result;
  };
  const params = { id };
  return {
    hibernate: () => begun(api.hibernateInstance({ params })),
    pause: () => begun(api.pauseInstance({ params })),
    resume: () => begun(api.resumeInstance({ params })),
    reboot: () => begun(api.rebootInstance({ params })),
    wake: (body: WakeRequest = {}) => begun(api.wakeInstance({ params, body: { ...body, wait: false } })),
    migrate: (body: MigrateRequest) => begun(api.migrateInstance({ params, body })),
    destroy: (isGivenUp: boolean) =>
      begun(api.deleteInstance({ params, query: isGivenUp ? { skip_snapshot: 'true' } : {} })),
    cancel: () => begun(api.cancelOperation({ params })),
    keepAlive: (minutes: number) => begun(api.keepAlive({ params, query: { minutes } })),
  };
};

/** Keeps a machine awake, or lets it sleep again with 0 minutes. */
export const useKeepAlive = (machine: Pick<Instance, 'id' | 'label'>) => {
  const { t } = useTranslation('machines');
  const { keepAlive } = useMachineActs(machine);
  return useMutation({
    mutationFn: keepAlive,
    onSuccess: (_, minutes) =>
      toast.ok(
        minutes === 0
          ? t('keepAlive.ended', { name: machine.label })
          : t('keepAlive.done', { name: machine.label, minutes }),
      ),
    onError: toast.error,
  });
};
