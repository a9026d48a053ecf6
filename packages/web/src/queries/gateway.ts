import { keepPreviousData, queryOptions, type QueryFilters } from '@tanstack/react-query';
import { api } from '../lib/api.ts';

/** Nothing tells of requests and of upstreams as they change: they are read again. */
const calmMs = 10_000;

const inProject = (projectId: string | undefined) => (projectId === undefined ? {} : { projectId });

export const gatewayQueries = {
  all: ['gateway'] as const,
  /** All but what is asked of one route: after its deletion those would be answered 404. */
  allBut: (routeId: string): QueryFilters => ({
    queryKey: ['gateway'],
    predicate: ({ queryKey }) => !queryKey.includes(routeId),
  }),
  routes: (projectId: string | undefined) =>
    queryOptions({
      queryKey: ['gateway', 'routes', projectId ?? null] as const,
      queryFn: ({ signal }) => api.listGatewayRoutes({ query: inProject(projectId), signal }),
      refetchInterval: 30_000,
    }),
  route: (id: string) =>
    queryOptions({
      queryKey: ['gateway', 'route', id] as const,
      queryFn: ({ signal }) => api.getGatewayRoute({ params: { id }, signal }),
    }),
  health: (projectId: string | undefined) =>
    queryOptions({
      queryKey: ['gateway', 'health', projectId ?? null] as const,
      queryFn: ({ signal }) => api.listUpstreamHealth({ query: inProject(projectId), signal }),
      refetchInterval: calmMs,
    }),
  healthOf: (routeId: string) =>
    queryOptions({
      queryKey: ['gateway', 'health-of', routeId] as const,
      queryFn: ({ signal }) => api.listUpstreamHealth({ query: { routeId }, signal }),
      refetchInterval: calmMs,
    }),
  traffic: (projectId: string | undefined, minutes: number) =>
    queryOptions({
      queryKey: ['gateway', 'traffic', projectId ?? null, minutes] as const,
      queryFn: ({ signal }) => api.getGatewayTraffic({ query: { ...inProject(projectId), minutes }, signal }),
      refetchInterval: calmMs,
    }),
  trafficOf: (routeId: string, minutes: number) =>
    queryOptions({
      queryKey: ['gateway', 'traffic-of', routeId, minutes] as const,
      queryFn: async ({ signal }) => ({
        ...(await api.getGatewayTraffic({ query: { routeId, minutes }, signal })),
        minutes,
      }),
      placeholderData: keepPreviousData,
      refetchInterval: minutes > 60 ? 60_000 : calmMs,
    }),
};
