import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';

export type RunFilter = RouteInput<Routes['listRuns']>['query'];
export type RunPage = RouteResponse<Routes['listRuns']>;

export const runQueries = {
  all: ['runs'] as const,
  lists: ['runs', 'list'] as const,
  list: (filter: RunFilter) =>
    queryOptions({
      queryKey: [...runQueries.lists, filter] as const,
      queryFn: ({ signal }) => api.listRuns({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['runs', 'detail', id] as const,
      queryFn: ({ signal }) => api.getRun({ params: { id }, signal }),
    }),
  artifacts: (id: string) =>
    queryOptions({
      queryKey: ['runs', 'artifacts', id] as const,
      queryFn: ({ signal }) => api.listArtifacts({ params: { id }, signal }),
    }),
};

export const statsQueries = {
  all: ['stats'] as const,
  today: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...statsQueries.all, projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.getStats({
          query: {
            timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
            ...(projectId === undefined ? {} : { projectId }),
          },
          signal,
        }),
      staleTime: 30_000,
    }),
};
