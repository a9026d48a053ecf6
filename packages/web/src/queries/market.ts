import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import { api } from '../lib/api.ts';

export type OfferFilter = RouteInput<Routes['listOffers']>['query'];
export type MachineType = 'on-demand' | 'bid';

const inProject = (projectId: string | undefined) => (projectId === undefined ? {} : { projectId });

/** Each search of offers is a request to the provider, who takes few: they are not repeated without need. */
export const offerQueries = {
  all: ['offers'] as const,
  list: (filter: OfferFilter) =>
    queryOptions({
      queryKey: [...offerQueries.all, filter] as const,
      queryFn: ({ signal }) => api.listOffers({ query: filter, signal }),
      placeholderData: keepPreviousData,
      staleTime: 60_000,
      refetchOnWindowFocus: false,
    }),
};

export const priceQueries = {
  all: ['prices'] as const,
  summary: (machineType: MachineType, hours: number) =>
    queryOptions({
      queryKey: [...priceQueries.all, 'summary', machineType, hours] as const,
      queryFn: ({ signal }) => api.summarisePrices({ query: { machine_type: machineType, hours }, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: 60_000,
    }),
  history: (gpuName: string, machineType: MachineType, hours: number) =>
    queryOptions({
      queryKey: [...priceQueries.all, 'history', gpuName, machineType, hours] as const,
      queryFn: ({ signal }) =>
        api.listPrices({
          query: { gpu_name: gpuName, machine_type: machineType, hours, limit: 5000 },
          signal,
        }),
      placeholderData: keepPreviousData,
      refetchInterval: 60_000,
    }),
  prediction: (gpuName: string, machineType: MachineType) =>
    queryOptions({
      queryKey: [...priceQueries.all, 'prediction', gpuName, machineType] as const,
      queryFn: ({ signal }) =>
        api.predictPrices({ params: { gpu: gpuName }, query: { machine_type: machineType }, signal }),
      placeholderData: keepPreviousData,
      staleTime: 300_000,
    }),
  gpus: () =>
    queryOptions({
      queryKey: [...priceQueries.all, 'gpus'] as const,
      queryFn: ({ signal }) => api.listMarketGpus({ signal }),
      staleTime: 300_000,
    }),
};

export const watchQueries = {
  all: ['market-watches'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...watchQueries.all, projectId ?? null] as const,
      queryFn: ({ signal }) => api.listWatches({ query: inProject(projectId), signal }),
    }),
};

export const hostQueries = {
  all: ['hosts'] as const,
  blacklist: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...hostQueries.all, 'blacklist', projectId ?? null] as const,
      queryFn: ({ signal }) => api.listBlacklist({ query: inProject(projectId), signal }),
    }),
  attempts: (machineId: string, projectId: string | undefined) =>
    queryOptions({
      queryKey: [...hostQueries.all, 'attempts', machineId, projectId ?? null] as const,
      queryFn: ({ signal }) =>
        api.listHostAttempts({ query: { machineId, limit: 20, ...inProject(projectId) }, signal }),
    }),
};

export const providerQueries = {
  all: ['providers'] as const,
  list: (projectId: string | undefined) =>
    queryOptions({
      queryKey: [...providerQueries.all, projectId ?? null] as const,
      queryFn: ({ signal }) => api.listProviders({ query: inProject(projectId), signal }),
    }),
};
