import type { QueryClient } from '@tanstack/react-query';
import type { Execution } from '@dumont/contracts/optimization/executions';
import { executionQueries, type ExecutionFilter, type ExecutionPage } from './optimization.ts';

const matches = (execution: Execution, filter: ExecutionFilter): boolean =>
  (filter.projectId === undefined || filter.projectId === execution.projectId) &&
  (filter.app === undefined || filter.app === execution.app) &&
  (filter.instanceId === undefined || filter.instanceId === execution.instanceId);

/**
 * Puts an execution that has just changed into everything on screen that shows it. True where a list may miss it: only
 * the server knows its place there.
 */
export const applyExecution = (queryClient: QueryClient, execution: Execution): boolean => {
  const { queryKey } = executionQueries.detail(execution.id);
  const known = queryClient.getQueryData(queryKey);
  // An answer that left the server before this event must not overwrite it.
  void queryClient.cancelQueries({ queryKey });
  queryClient.setQueryData(queryKey, execution);
  if (known?.state !== execution.state)
    void queryClient.invalidateQueries({ queryKey: executionQueries.parts(execution.id) });

  let isMissed = false;
  const lists = queryClient.getQueriesData<ExecutionPage>({ queryKey: executionQueries.lists });
  for (const [key, page] of lists) {
    if (page === undefined) continue;
    const index = page.items.findIndex(({ id }) => id === execution.id);
    if (index >= 0) queryClient.setQueryData(key, { ...page, items: page.items.with(index, execution) });
    else isMissed ||= matches(execution, key[3] as ExecutionFilter);
  }
  return isMissed;
};
