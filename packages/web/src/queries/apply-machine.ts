import type { QueryClient } from '@tanstack/react-query';
import type { Instance } from '@dumont/contracts/machines/instances';
import { machineQueries, type MachinePage } from './machines.ts';

/**
 * Shows a machine as an event brought it, wherever it is shown. Answers whether some list may lack it, or hold it
 * where it no longer belongs.
 */
export const applyMachine = (queryClient: QueryClient, machine: Instance): boolean => {
  const { queryKey } = machineQueries.detail(machine.id);
  if (queryClient.getQueryData(queryKey) !== undefined) queryClient.setQueryData(queryKey, machine);
  let isElsewhere = false;
  for (const [key, page] of queryClient.getQueriesData<MachinePage>({ queryKey: machineQueries.lists })) {
    if (page === undefined) continue;
    const before = page.instances.find(({ id }) => id === machine.id);
    if (before?.status !== machine.status) isElsewhere = true;
    if (before === undefined) continue;
    const instances = page.instances.map((one) => (one.id === machine.id ? machine : one));
    queryClient.setQueryData(key, { ...page, instances });
  }
  return isElsewhere;
};
