import { queryOptions } from '@tanstack/react-query';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';

export type AlarmFilter = RouteInput<Routes['listAlarms']>['query'];

export const alarmQueries = {
  all: ['alarms'] as const,
  list: (filter: AlarmFilter) =>
    queryOptions({
      queryKey: [...alarmQueries.all, 'list', filter] as const,
      queryFn: ({ signal }) => api.listAlarms({ query: filter, signal }),
    }),
  /** What fires now; the count of a page of 200 is enough for a figure. */
  firing: (projectId: string | undefined) =>
    alarmQueries.list({ state: 'firing', limit: 200, ...(projectId === undefined ? {} : { projectId }) }),
  rules: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...alarmQueries.all, 'rules', projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.listAlarmRules({ query: projectId === undefined ? {} : { projectId }, signal }),
    }),
};
