import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

const inProject = (projectId: string | undefined) => (projectId === undefined ? {} : { projectId });

export const credentialQueries = {
  all: ['credentials'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...credentialQueries.all, projectId ?? null] as const,
      queryFn: ({ signal }) => api.listCredentials({ query: inProject(projectId), signal }),
    }),
};

export const pathQueries = {
  all: ['paths'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...pathQueries.all, 'list', projectId ?? null] as const,
      queryFn: ({ signal }) => api.listPaths({ query: inProject(projectId), signal }),
    }),
  browse: (path: string | null) =>
    queryOptions({
      queryKey: [...pathQueries.all, 'browse', path] as const,
      queryFn: ({ signal }) => api.browsePaths({ query: path === null ? {} : { path }, signal }),
      retry: false,
    }),
};

export const fundQueries = {
  all: ['funds'] as const,
  list: (system: string, projectId: string | undefined, search: string) =>
    infiniteQueryOptions({
      queryKey: [...fundQueries.all, system, projectId ?? null, search] as const,
      queryFn: ({ pageParam, signal }) =>
        api.listFunds({
          params: { system },
          query: {
            limit: 200,
            ...inProject(projectId),
            ...(search === '' ? {} : { search }),
            ...(pageParam === null ? {} : { cursor: pageParam }),
          },
          signal,
        }),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.nextCursor,
    }),
};
