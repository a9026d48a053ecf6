import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { RouteInput } from '@dumont/contracts/route';
import type { Routes } from '@dumont/contracts/routes';
import type { Snapshot, SnapshotRestore } from '@dumont/contracts/snapshots/snapshots';
import { api } from '../lib/api.ts';

export type SnapshotFilter = RouteInput<Routes['listSnapshots']>['query'];

/** Whether it is still being made: then it is read again soon, until it ends. */
export const isBeingMade = ({ state }: Pick<Snapshot, 'state'>): boolean =>
  state === 'creating' || state === 'verifying';

const whileWorkingMs = 1500;
const otherwiseMs = 30_000;

export const snapshotQueries = {
  all: ['snapshots'] as const,
  list: (filter: SnapshotFilter) =>
    queryOptions({
      queryKey: [...snapshotQueries.all, 'list', filter] as const,
      queryFn: ({ signal }) => api.listSnapshots({ query: filter, signal }),
      placeholderData: keepPreviousData,
      refetchInterval: ({ state: { data } }) =>
        data?.snapshots.some(isBeingMade) ? whileWorkingMs : otherwiseMs,
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...snapshotQueries.all, 'detail', id] as const,
      queryFn: ({ signal }) => api.getSnapshot({ params: { id }, signal }),
      refetchInterval: ({ state: { data } }) =>
        data !== undefined && isBeingMade(data) ? whileWorkingMs : false,
    }),
  restore: (id: string) =>
    queryOptions({
      queryKey: [...snapshotQueries.all, 'restore', id] as const,
      queryFn: ({ signal }): Promise<SnapshotRestore> => api.getSnapshotRestore({ params: { id }, signal }),
      refetchInterval: ({ state: { data } }) => (data?.state === 'restoring' ? 1000 : false),
    }),
  policies: ['snapshots', 'policy'] as const,
  policy: (projectId: string | undefined, instanceId: string | undefined) =>
    queryOptions({
      queryKey: [...snapshotQueries.policies, projectId ?? null, instanceId ?? null] as const,
      queryFn: ({ signal }) =>
        api.getRetentionPolicy({ query: { project_id: projectId, instance_id: instanceId }, signal }),
    }),
};
