import { queryOptions } from '@tanstack/react-query';
import type { RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';

export type PipelineList = RouteResponse<Routes['listPipelines']>;

export const pipelineQueries = {
  all: ['pipelines'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...pipelineQueries.all, 'list', projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.listPipelines({ query: projectId === undefined ? {} : { projectId }, signal }),
    }),
};
