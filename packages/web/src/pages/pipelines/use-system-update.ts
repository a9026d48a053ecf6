import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { System } from '@dumont/contracts/pipelines/pipelines';
import { api } from '../../lib/api.ts';
import { pipelineQueries, type PipelineList } from '../../queries/pipelines.ts';
import { useProjectId } from '../../queries/session.ts';
import { toast } from '../../ui/toast.tsx';

interface Change {
  readonly active?: boolean;
  readonly options?: Record<string, boolean | string>;
}

const withSystem = (list: PipelineList, id: string, change: (system: System) => System): PipelineList => ({
  ...list,
  items: list.items.map((pipeline) => ({
    ...pipeline,
    systems: pipeline.systems.map((system) => (system.id === id ? change(system) : system)),
  })),
});

/** Saves the switch or the options of a system; shown at once, taken back where the server refuses. */
export const useSystemUpdate = (id: string) => {
  const queryClient = useQueryClient();
  const projectId = useProjectId();
  const { queryKey } = pipelineQueries.list(projectId);
  const put = (change: (system: System) => System) =>
    queryClient.setQueryData(queryKey, (list) => list && withSystem(list, id, change));
  return useMutation({
    mutationFn: (change: Change) =>
      api.updateSystem({
        params: { id },
        query: projectId === undefined ? {} : { projectId },
        body: change,
      }),
    onMutate: async (change) => {
      await queryClient.cancelQueries({ queryKey });
      put((system) => ({
        ...system,
        active: change.active ?? system.active,
        options: system.options.map((option) => ({
          ...option,
          value: change.options?.[option.name] ?? option.value,
        })),
      }));
    },
    onSuccess: (system) => put(() => system),
    onError: (error) => {
      toast.error(error);
      void queryClient.invalidateQueries({ queryKey });
    },
  });
};
