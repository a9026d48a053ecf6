import { queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

export const installationQueries = {
  checks: () =>
    queryOptions({
      queryKey: ['installation'] as const,
      queryFn: ({ signal }) => api.installation({ signal }),
      staleTime: 0,
    }),
};
