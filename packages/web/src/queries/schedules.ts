import { queryOptions } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

export const scheduleQueries = {
  all: ['schedules'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...scheduleQueries.all, 'list', projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.listSchedules({
          query: { limit: 200, ...(projectId === undefined ? {} : { projectId }) },
          signal,
        }),
    }),
  preview: (cron: string, timeZone: string, businessDaysOnly: boolean) =>
    queryOptions({
      queryKey: [...scheduleQueries.all, 'preview', cron, timeZone, businessDaysOnly] as const,
      queryFn: ({ signal }) => api.previewSchedule({ body: { cron, timeZone, businessDaysOnly }, signal }),
      retry: false,
    }),
};
