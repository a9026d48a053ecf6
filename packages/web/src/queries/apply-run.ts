import type { QueryClient } from '@tanstack/react-query';
import type { Run } from '@dumont/contracts/runs/runs';
import { runQueries, type RunFilter, type RunPage } from './runs.ts';

const matches = (run: Run, filter: RunFilter): boolean =>
  (filter.projectId === undefined || filter.projectId === run.projectId) &&
  (filter.kind === undefined || filter.kind === run.kind) &&
  (filter.subject === undefined || filter.subject === run.subject) &&
  (filter.scheduleId === undefined || filter.scheduleId === run.scheduleId) &&
  (filter.state === undefined || filter.state.split(',').includes(run.state));

/** A page after `run` changed; the same page where it does not concern it. */
export const pageWithRun = (page: RunPage, run: Run, filter: RunFilter): RunPage => {
  const index = page.items.findIndex((item) => item.id === run.id);
  if (index >= 0) {
    return matches(run, filter)
      ? { ...page, items: page.items.with(index, run) }
      : { ...page, items: page.items.toSpliced(index, 1) };
  }
  // Only the server knows where a run lies in time among older pages, or which day it counts to.
  const isFirstPage = filter.cursor === undefined && filter.from === undefined && filter.to === undefined;
  const newest = page.items[0];
  if (!isFirstPage || !matches(run, filter) || (newest !== undefined && run.number < newest.number))
    return page;
  return { ...page, items: [run, ...page.items].slice(0, Number(filter.limit ?? 50)) };
};

/** Events leave out long parameters, which never change: those that were read stay. Undefined where none were. */
const withParams = (run: Run, known: Run | undefined): Run | undefined => {
  if (run.paramsTruncated !== true) return run;
  if (known === undefined || known.paramsTruncated === true) return undefined;
  const { paramsTruncated: _, ...rest } = run;
  return { ...rest, params: known.params };
};

/** Puts a run that has just changed into everything on screen that shows it. */
export const applyRun = (queryClient: QueryClient, run: Run): void => {
  const { queryKey } = runQueries.detail(run.id);
  const whole = withParams(run, queryClient.getQueryData(queryKey));
  if (whole === undefined) {
    void queryClient.invalidateQueries({ queryKey });
  } else {
    // An answer that left the server before this event must not overwrite it.
    void queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, whole);
  }
  for (const [key, page] of queryClient.getQueriesData<RunPage>({ queryKey: runQueries.lists })) {
    const next = page && pageWithRun(page, run, key[2] as RunFilter);
    if (next !== page) queryClient.setQueryData(key, next);
  }
};
