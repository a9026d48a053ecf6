import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { RouteInput, RouteResponse } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { useMemo } from 'react';
import { api } from '../lib/api.ts';
import { useMay } from './session.ts';

export type MachineFilter = RouteInput<Routes['listInstances']>['query'];
export type MachinePage = RouteResponse<Routes['listInstances']>;

/** Events keep lists and details fresh; reading again now and then catches what has no event: figures, cost. */
const calmMs = 30_000;

export const machineQueries = {
  all: ['machines'] as const,
  lists: ['machines', 'list'] as const,
  list: (filter: MachineFilter) =>
    queryOptions({
      queryKey: [...machineQueries.lists, filter] as const,
      queryFn: ({ signal }) => api.listInstances({ query: filter, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: calmMs,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: ['machines', 'detail', id] as const,
      queryFn: ({ signal }) => api.getInstance({ params: { id }, signal }),
      refetchInterval: 15_000,
    }),
  strangers: (projectId: string | undefined) =>
    queryOptions({
      queryKey: ['machines', 'strangers', projectId] as const,
      queryFn: ({ signal }) =>
        api.listStrangers({ query: projectId === undefined ? {} : { project_id: projectId }, signal }),
      refetchInterval: 60_000,
    }),
  /** All that is read of one machine beside itself. */
  of: (id: string) => ['machines', 'of', id] as const,
  operation: (id: string, operationId: string) =>
    queryOptions({
      queryKey: [...machineQueries.of(id), 'operation', operationId] as const,
      queryFn: ({ signal }) => api.getOperation({ params: { id, operationId }, signal }),
      // Candidates change without an event of their own, and losers are given back after the race.
      refetchInterval: ({ state: { data } }) =>
        data === undefined ||
        data.finished_at === null ||
        data.candidates.some(({ state }) => state === 'releasing')
          ? 1500
          : false,
    }),
  story: (id: string) =>
    queryOptions({
      queryKey: [...machineQueries.of(id), 'story'] as const,
      queryFn: ({ signal }) => api.listMachineEvents({ params: { id }, query: { limit: 100 }, signal }),
    }),
  metrics: (id: string, hours: number) =>
    queryOptions({
      queryKey: [...machineQueries.of(id), 'metrics', hours] as const,
      queryFn: ({ signal }) => api.getInstanceMetrics({ params: { id }, query: { hours }, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: hours > 1 ? 60_000 : 10_000,
    }),
  cost: (id: string, days: number) =>
    queryOptions({
      queryKey: [...machineQueries.of(id), 'cost', days] as const,
      queryFn: ({ signal }) => api.getInstanceCost({ params: { id }, query: { days }, signal }),
      refetchInterval: 60_000,
    }),
  savings: (id: string) =>
    queryOptions({
      queryKey: [...machineQueries.of(id), 'savings'] as const,
      queryFn: ({ signal }) => api.getInstanceSavings({ params: { id }, query: { days: 366 }, signal }),
    }),
};

export const savingsQueries = {
  all: ['savings'] as const,
  summary: (days: number) =>
    queryOptions({
      queryKey: [...savingsQueries.all, 'summary', days] as const,
      queryFn: ({ signal }) => api.getSavingsSummary({ query: { days }, signal }),
      staleTime: 60_000,
    }),
  history: (days: number) =>
    queryOptions({
      queryKey: [...savingsQueries.all, 'history', days] as const,
      queryFn: ({ signal }) => api.getSavingsHistory({ query: { days }, signal }),
      staleTime: 60_000,
    }),
  breakdown: (days: number) =>
    queryOptions({
      queryKey: [...savingsQueries.all, 'breakdown', days] as const,
      queryFn: ({ signal }) => api.getSavingsBreakdown({ query: { days }, signal }),
      staleTime: 60_000,
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
