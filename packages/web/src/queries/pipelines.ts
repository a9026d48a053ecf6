import { queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

export const pipelineQueries = {
  all: ['pipelines'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...pipelineQueries.all, 'list', projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.listPipelines({ query: projectId === undefined ? {} : { projectId }, signal }),
    }),
};
