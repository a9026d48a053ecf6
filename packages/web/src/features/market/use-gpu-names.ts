import { useQuery } from '@tanstack/react-query';
import type { Offer } from '@dumont/contracts/market/offers';
import { useMemo } from 'react';
import { priceQueries, watchQueries } from '../../queries/market.ts';
import { useProjectId } from '../../queries/session.ts';

/** GPU types that were ever seen here, are watched, or are among these offers; by name. */
export const useGpuNames = (offers: readonly Offer[] | undefined): readonly string[] => {
  const projectId = useProjectId();
  const seen = useQuery(priceQueries.gpus()).data;
  const watched = useQuery(watchQueries.list(projectId)).data;
  return useMemo(() => {
    const names = new Set([
      ...(seen?.gpus.map(({ name }) => name) ?? []),
      ...(watched?.items.map(({ gpuName }) => gpuName) ?? []),
      ...(offers?.map(({ gpu_name }) => gpu_name) ?? []),
    ]);
    return [...names].toSorted((a, b) => a.localeCompare(b));
  }, [seen, watched, offers]);
};
