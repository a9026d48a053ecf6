import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { useMemo } from 'react';
import { api } from '../lib/api.ts';
import { useMay } from './session.ts';

export type MachineFilter = RouteInput<Routes['listInstances']>['query'];

export const machineQueries = {
  all: ['machines'] as const,
  lists: ['machines', 'list'] as const,
  list: (filter: MachineFilter) =>
    queryOptions({
      queryKey: [...machineQueries.lists, filter] as const,
      queryFn: ({ signal }) => api.listInstances({ query: filter, signal }),
      placeholderData: keepPreviousData,
    }),
};

/** The machines that are not destroyed: enough of them to choose from. */
export const useMachines = () => {
  const allowed = useMay('machines:read');
  return useQuery({ ...machineQueries.list({ limit: 200 }), enabled: allowed });
};

/** How a machine is called, by its id; undefined for one that is gone or not to be seen. */
export const useMachineNames = (): ReadonlyMap<string, string> => {
  const { data } = useMachines();
  return useMemo(() => new Map(data?.instances.map(({ id, label }) => [id, label])), [data]);
};
